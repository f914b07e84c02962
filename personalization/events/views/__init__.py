"""The log's doors to the browser: what scripts report, what people agree to, and what is held about them."""
