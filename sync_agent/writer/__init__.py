"""Compares records with the stored rows and merges what changed in one transaction."""
