"""One module per officer's task."""
