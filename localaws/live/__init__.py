"""The messaging session: what happens, told to whoever is connected."""
