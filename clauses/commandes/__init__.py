"""What each command does, stage after stage: one module per command."""
