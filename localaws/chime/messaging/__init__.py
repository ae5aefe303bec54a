"""Chime SDK messaging: channels, who is in them and what is said there."""
