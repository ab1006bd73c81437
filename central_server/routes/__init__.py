"""The calls of ``/v1``, one module per thing."""
