"""Whether all systems answer alike, before any speed."""

from collections.abc import Sequence

from tests.benchmarks.peers.documents.vminer import narrowed
from tests.benchmarks.peers.drawn import Drawn, Sample
from tests.benchmarks.peers.questions import ESTATE_WIDE, QUESTIONS
from tests.benchmarks.peers.same import assert_same
from tests.benchmarks.peers.system import Post, Running

CHECKED = 10


def assert_all_answer_alike(reference: Running, servers: Sequence[Running], drawn: Sample) -> None:
    """Compare the answers of all systems with those of one that shows all.

    A question of the whole estate has another answer where some vCenters alone may be seen: what
    the reference finds with a condition on vCenters.

    Raises:
        AssertionError: two differ, or nothing was found.
    """
    scope = [vcenter.uuid for vcenter in drawn.scope]
    for question in QUESTIONS:
        for machine in drawn.several(question, CHECKED):
            whole = part = answered(reference, reference.system.posts[question], machine)
            if question in ESTATE_WIDE:
                part = answered(reference, narrowed(question, scope), machine)
            assert whole, f"{question}: nothing found"
            assert part, f"{question}: nothing found in scope"
            for server in servers:
                expected = part if server.system.is_scoped else whole
                found = answered(server, server.system.posts[question], machine)
                assert_same(found, expected, f"{server.system.name}: {question}")


def answered(server: Running, post: Post, machine: Drawn) -> object:
    """Return the data of an answer.

    Raises:
        AssertionError: it holds errors.
    """
    answer = server.answer(post.body(machine)).json()
    assert not answer.get("errors"), (server.system.name, post.document, answer["errors"])
    return answer["data"]
