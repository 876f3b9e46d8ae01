"""The writes that are not a sync: registry, requests, leases, runs."""
