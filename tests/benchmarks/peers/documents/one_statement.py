"""What is posted to the one that has a statement by hand for each question: its name."""

from tests.benchmarks.peers.documents import variables
from tests.benchmarks.peers.system import Post

POSTS = {
    "Q1": Post("Q1", variables.key),
    "Q2": Post("Q2", variables.number_and_state),
    "Q3": Post("Q3", variables.pattern),
    "Q4": Post("Q4", variables.number),
}
