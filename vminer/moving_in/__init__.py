"""Moving in: vCenters from a file or from the earlier, single-server vMiner."""
