"""Pictures: foreign bytes pass the gate first, everything else works on what the gate let through."""
