"""What every face of HTTP shares, below all of them."""
