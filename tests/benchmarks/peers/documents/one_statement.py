"""What is posted to the one that has a statement by hand for each question: its name."""

from tests.benchmarks.peers.documents import variables
from tests.benchmarks.peers.system import Post

POSTS = {
    "Q1": Post("Q1", variables.key),
    "Q2": Post("Q2", variables.number_and_state),
    "Q3": Post("Q3", variables.pattern),
    "Q4": Post("Q4", variables.number),
    "C1": Post("C1", variables.address),
    "C2": Post("C2", variables.cluster_key),
    "C3": Post("C3", variables.number),
    "C4": Post("C4", variables.number),
    "C5": Post("C5", variables.key),
}
