"""The demo: everything vMiner is, on one machine, with simulated vCenters."""
