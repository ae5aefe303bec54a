"""What is kept, how it is declared and how it survives a restart."""
