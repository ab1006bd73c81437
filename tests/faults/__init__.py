"""What goes wrong between a desk and central, and the parts to make it go wrong on purpose."""
