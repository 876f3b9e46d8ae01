"""The embedded stack: real servers as child processes on private ports."""
