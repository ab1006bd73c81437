"""The only place with threads."""
