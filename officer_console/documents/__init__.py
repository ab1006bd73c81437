"""Paper: form definitions are read, filled and written as archivable PDF."""
