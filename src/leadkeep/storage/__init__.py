"""SQL, and nothing else that knows SQL. One module per table family, one seam per engine."""
