"""Reads one vCenter: session, property collection, tolerant decoding, records."""
