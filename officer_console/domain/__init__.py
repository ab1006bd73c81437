"""The rules of the trade: standard library only, no Qt, no SQL, no HTTP."""
