"""What a page knows and can do, without widgets: QtCore only."""
