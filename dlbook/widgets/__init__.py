"""The shells: one for explorers, one for exercises."""
