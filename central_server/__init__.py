"""The reference central server: demo, training, tests and the base for a province."""
