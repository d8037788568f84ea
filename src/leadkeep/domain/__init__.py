"""What leads, sessions, bots and keys are: pure values and rules, no I/O and no clock."""
