"""A seeded simulator of desks, lines and central over the real code and real SQLite files."""
