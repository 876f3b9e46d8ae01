"""Which benchmarks there are, in the order they run."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.benchmarks import cached, decode, memory, partitions, requests, whole, write
from tests.benchmarks.peers import clients, comparison, growth, users
from tests.benchmarks.place import Place
from tests.benchmarks.table import Table


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One benchmark: what it measures, and how it is run."""

    measures: str
    run: Callable[[Place], list[Table]]
    is_long: bool = False
    """Run only when it is named."""


BENCHMARKS = {
    "decode": Benchmark("bytes of a bulk reply to records, against pyVmomi", decode.run),
    "write": Benchmark("a first, an unchanged and a changed sync into PostgreSQL", write.run),
    "memory": Benchmark("peak memory of an agent's worker, over TLS", memory.run),
    "requests": Benchmark("Q1 to Q4 of the gateway over HTTP", requests.run),
    "cached": Benchmark("answers from the response cache, against bytes from memory", cached.run),
    "peers": Benchmark(
        "nine questions to vMiner and to others over its tables; only when named",
        comparison.run,
        True,
    ),
    "clients": Benchmark(
        "Q1 to Q4 of vMiner and PostGraphile at 1 to 256 clients; only when named",
        clients.run,
        True,
    ),
    "growth": Benchmark("Q1 to Q4 over 10,000 to 1,000,000 VMs; only when named", growth.run, True),
    "users": Benchmark(
        "2,000 users at 10,000 and at 50,000 queries a minute; only when named", users.run, True
    ),
    "partitions": Benchmark(
        "questions of an estate at 16 to 100 partitions; only when named", partitions.run, True
    ),
    "whole": Benchmark("every vCenter at once through a fleet; only when named", whole.run, True),
}
