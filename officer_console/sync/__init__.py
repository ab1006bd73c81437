"""Keeps the store and central in step. No threads, no Qt."""
