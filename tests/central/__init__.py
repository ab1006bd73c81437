"""The central server as a process, over HTTP."""
