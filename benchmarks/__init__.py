"""What the README's figures come from: real servers, a load generator, and the floor beneath each figure."""
