"""The migrations, each with its number; what has been delivered is never changed."""
