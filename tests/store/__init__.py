"""The sealed store."""
