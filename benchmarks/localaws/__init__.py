"""How many calls localaws serves, in how much memory, and how soon after a start."""
