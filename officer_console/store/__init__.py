"""The sealed store: the only user of the tables in ``officer_console.models``."""
