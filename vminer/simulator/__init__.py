"""Simulated vCenters, over HTTPS."""
