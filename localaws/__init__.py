"""AWS on this machine, as far as a chat on the Amazon Chime SDK needs it, as real clients expect it."""
