"""What several integration tests share."""

from tests.support.fetched import seen
from tests.support.gateway import gateway
from tests.support.graph import graph, graph_database
from tests.support.tied import tied

__all__ = ["gateway", "graph", "graph_database", "seen", "tied"]
