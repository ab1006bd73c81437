"""What codes on cards and papers say."""
