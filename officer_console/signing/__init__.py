"""Digital signatures under PDF documents: an officer's token or key file, in a worker process of its own."""
