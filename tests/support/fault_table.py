"""The fault matrix as a page of docs/."""

from collections.abc import Mapping
from pathlib import Path

from tests.support.fault_bench import Ended
from tests.support.faults import FAULTS, PAIRS

PAGE = Path(__file__).parent.parent.parent / "docs" / "fault-matrix.md"
SIGNS = {"SUCCEEDED": "✓", "QUEUED": "↻", "QUARANTINED": "Q", "FAILED": "■"}
ENDS = {
    "SUCCEEDED": "SUCCEEDED",
    "QUEUED": "tried again",
    "QUARANTINED": "QUARANTINED",
    "FAILED": "FAILED, until somebody asks",
}
HEAD = """# The fault matrix

What a sync does when a vCenter misbehaves, alone and in pairs. Each case was played by a simulated
vCenter with a real database (`tests/faults/test_fault_matrix.py`, which also writes this page): a
sync under the faults (two where one is alone), and one after they are gone. Meanwhile one machine
was truly removed. In every case

- no row was marked as missing or deleted whose object is there: **wrong deletions: 0**;
- every row that was there before is there after, unchanged;
- the machine that was removed is marked by the first sync that can prove it, and by no earlier one.

What happens to vMiner itself (agents killed or frozen in mid step, lost leases, messages twice or
never, each server gone for a while) is played in `tests/faults/test_faults.py` and
`tests/integration/test_job_machine.py`; vCenters that fail beside others in `test_ten_ways.py`.

## Alone

| the vCenter … | fault | the sync ends | code | vCenter's state |
|---|---|---|---|---|
"""
MIDDLE = """
## In pairs

✓ SUCCEEDED · Q QUARANTINED, stored without deletions · ↻ tried again · ■ FAILED until asked

"""

Outcomes = Mapping[tuple[str, ...], Ended]


def page(outcomes: Outcomes) -> str:
    """Return the page for the outcomes of all cases, by the names of their faults."""
    return HEAD + _singles(outcomes) + MIDDLE + _pairs(outcomes)


def _singles(outcomes: Outcomes) -> str:
    lines = []
    for fault in FAULTS:
        ended = outcomes[fault.name,]
        cells = (fault.says, f"`{fault.name}`", ENDS[ended.state], ended.code or "–", ended.vcenter)
        lines.append(f"| {' | '.join(cells)} |\n")
    return "".join(lines)


def _pairs(outcomes: Outcomes) -> str:
    """Return the lower triangle: columns are numbered, their names stand in the rows."""
    numbers = [str(number) for number, _ in enumerate(FAULTS, 1)]
    lines = [f"| | {' | '.join(numbers)} |\n", f"|---|{'---|' * len(FAULTS)}\n"]
    signs = {
        (second.name, first.name): SIGNS[outcomes[first.name, second.name].state]
        for first, second in PAIRS
    }
    for number, row in zip(numbers, FAULTS, strict=True):
        cells = [
            SIGNS[outcomes[row.name,].state]
            if row is column
            else signs.get((row.name, column.name), "")
            for column in FAULTS
        ]
        lines.append(f"| {number} {row.name} | {' | '.join(cells)} |\n")
    return "".join(lines)
