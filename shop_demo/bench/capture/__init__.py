"""What capture costs: a page, a batch of the browser's, a long log, a large file."""
