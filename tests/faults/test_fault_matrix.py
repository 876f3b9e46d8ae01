"""Every fault a vCenter can play, alone and in pairs: nothing is deleted wrongly, ever.

The page docs/fault-matrix.md is what this test saw; where it is not current, the test writes it
anew and fails.
"""

import asyncio
from collections.abc import AsyncIterator

import pytest

from models.db.settings import DatabaseSettings
from tests.support.fault_bench import Ended, Patient, patients
from tests.support.fault_table import PAGE, page
from tests.support.faults import FAULTS, PAIRS, Fault, allowed
from vminer.simulator.trouble import TroubleKind

AT_ONCE = 6
MACHINES = 40
MACHINE = "VirtualMachine"
CASES: tuple[tuple[Fault, ...], ...] = (*((fault,) for fault in FAULTS), *PAIRS)


@pytest.fixture
async def wards(database: DatabaseSettings) -> AsyncIterator[list[Patient]]:
    """Several vCenters, so that what only waits does not make the others wait."""
    async with patients(database, [MACHINES] * AT_ONCE) as found:
        yield found


class Case:
    """One vCenter under some faults, and everything that went wrong."""

    def __init__(self, patient: Patient, faults: tuple[Fault, ...]) -> None:
        self.names = tuple(fault.name for fault in faults)
        self.wrong: list[str] = []
        self._patient = patient
        self._faults = faults

    async def play(self) -> Ended:
        """Sync under the faults, then without them; return how the first sync ended."""
        patient = self._patient
        before = await patient.hashes()
        removed = (MACHINE, patient.remove_one())
        for fault in self._faults:
            patient.vcenter.switch_on(fault.kind, **fault.options)
        ended = await patient.sync()
        await self._check_first(ended, removed)
        if len(self._faults) == 1:
            await patient.sync()  # deletion takes two
        patient.vcenter.troubles.clear()
        recovered = await patient.sync()
        self._expect(recovered.state == "SUCCEEDED", f"recovered as {recovered}")
        await self._check_last(before, removed)
        return ended

    async def _check_first(self, ended: Ended, removed: tuple[str, str]) -> None:
        self._expect(ended in allowed(*self._faults), f"ended as {ended}")
        gone = await self._patient.wrongly_gone()
        self._expect(not gone, f"wrongly marked at once: {sorted(gone)}")
        is_marked = removed not in await self._patient.hashes()
        is_proof = ended.state == "SUCCEEDED"
        self._expect(is_marked is is_proof, f"the removed machine is marked: {is_marked}")

    async def _check_last(
        self, before: dict[tuple[str, str], bytes], removed: tuple[str, str]
    ) -> None:
        gone = await self._patient.wrongly_gone()
        self._expect(not gone, f"wrongly marked in the end: {sorted(gone)}")
        after = await self._patient.hashes()
        self._expect(removed not in after, "the removed machine is still there")
        changed = {key for key, row in before.items() if key != removed and after.get(key) != row}
        self._expect(not changed, f"changed: {sorted(changed)}")

    def _expect(self, is_so: bool, what: str) -> None:
        if not is_so:
            self.wrong.append(f"{' + '.join(self.names)}: {what}")


def test_every_trouble_of_the_simulator_is_in_the_matrix() -> None:
    remembered = TroubleKind.REFUSED_PROPERTY  # by the process: test_collector_trust plays it
    assert {fault.kind for fault in FAULTS} == set(TroubleKind) - {remembered}


@pytest.mark.timeout(600)
async def test_no_fault_and_no_two_faults_delete_anything_wrongly(wards: list[Patient]) -> None:
    waiting = list(reversed(CASES))
    outcomes: dict[tuple[str, ...], Ended] = {}
    wrong: list[str] = []

    async def nurse(patient: Patient) -> None:
        while waiting:
            case = Case(patient, waiting.pop())
            outcomes[case.names] = await case.play()
            wrong.extend(case.wrong)

    async with asyncio.TaskGroup() as group:
        for patient in wards:
            group.create_task(nurse(patient))

    assert not wrong, "\n".join(wrong)
    text = page(outcomes)
    if not PAGE.exists() or PAGE.read_text() != text:
        PAGE.write_text(text)
        pytest.fail("docs/fault-matrix.md was not current and is written anew: look and commit")
