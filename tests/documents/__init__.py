"""Papers: definitions, layout, the files they become, and the way back from a copier."""
