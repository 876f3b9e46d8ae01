"""Public clients of the graph, against a gateway over the demo's estate."""
