"""Turns objects into the XML a vCenter writes; one table per type, templates of its own."""
