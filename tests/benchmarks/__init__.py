"""What `make bench` runs: one small file for each benchmark, and what they share."""
