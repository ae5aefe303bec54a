"""AWS on this machine: STS, Chime SDK identity and Chime SDK messaging, as real clients expect them."""
