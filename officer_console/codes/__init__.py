"""Codes on cards and papers: what a QR code, a bar code or machine-readable lines say. Pure and total on any bytes."""
