"""Tests of papers on their way to a printer."""
