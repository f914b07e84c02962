"""The page "See the shop as…": whom, when and from where, and the shop's own pages beside each other."""
