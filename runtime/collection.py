"""How often CPython looks for reference cycles in the long-running processes."""

import gc

THRESHOLDS = (50_000, 20, 100)


def collect_seldom() -> None:
    """Let what is loaded by now be, and look for cycles less often.

    Both processes hold much that lives long and make little that is cyclic: at CPython's own pace
    a gateway spends half of the time of a big answer on walking it, an agent a tenth of decoding.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
