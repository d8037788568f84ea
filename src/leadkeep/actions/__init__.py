"""What Leadkeep does: one verb a file, one transaction each. Every face calls these; none knows HTTP."""
