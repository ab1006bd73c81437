"""Officer console: receive, check and approve citizens' registrations for electronic transactions."""

__version__ = "0.1.0"
