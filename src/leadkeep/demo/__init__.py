"""Made-up bots, visitors and their conversations, the same ones for the same seed. Pure, like the domain."""
