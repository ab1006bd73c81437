"""Messages to citizens: templates, the two channels, and the worker that empties the outbox."""
