"""One module per revision; a revision never imports today's models."""
