"""The vminer command."""
