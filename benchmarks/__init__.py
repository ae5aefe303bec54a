"""How fast and how large things are. Nothing here imports the house or is imported by it."""
