"""What several integration tests share."""

from tests.support.graph import graph, graph_database

__all__ = ["graph", "graph_database"]
