"""Scanners and other sources of pages; each driver runs in a child process of its own."""
