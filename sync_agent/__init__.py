"""Every inventory write: vCenter in, rows out."""
