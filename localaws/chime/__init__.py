"""The Amazon Chime SDK: app instances, users, channels, messages."""
