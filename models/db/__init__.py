"""Engines, the replica pool and read sessions."""
