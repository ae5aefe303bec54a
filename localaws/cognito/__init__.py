"""Cognito identity pools: who somebody is elsewhere, turned into credentials."""
