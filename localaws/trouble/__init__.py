"""What went on, and what is to go wrong on purpose."""
