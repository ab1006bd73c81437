"""The protocol between simulated desks and a simulated central, both made of the real parts."""
