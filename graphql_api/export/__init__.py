"""Whole lists as CSV, NDJSON or Excel."""
