"""A Django database engine that brings its own PostgreSQL: it starts with the first connection."""
