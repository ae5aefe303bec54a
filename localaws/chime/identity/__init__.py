"""Chime SDK identity: app instances, their users and admins."""
