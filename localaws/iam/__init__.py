"""Who calls, and what they may: signatures, principals, policies."""
