"""Exports of a large estate: rows per second, and CPU of the exporting process."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from models.db.settings import DatabaseSettings
from resolvers.global_id import encode
from runtime.settings import inherited_environment
from tests.benchmarks.table import Table, figure

DOCUMENT = """query ($vcenters: [ID!]!) { virtualMachines(filter: {vcenterId: {in: $vcenters}}) {
  nodes { moid name powerState numCpus memoryBytes ipAddress guestFullName bootTime
    host { name cluster { name } } vcenter { name } } } }"""
FORMATS = ("csv", "ndjson", "xlsx")


@dataclass(frozen=True, slots=True)
class Exported:
    """What one export took."""

    rows: int
    seconds: float
    cpu_seconds: float


def table(
    title: str, settings: DatabaseSettings, vcenters: Sequence[UUID], directory: Path
) -> Table:
    """Return what exports of few and of many vCenters take, in each format."""
    few = vcenters[: max(1, len(vcenters) // 5)]
    rows = []
    for format_ in FORMATS:
        for some in (few, vcenters):
            done = export(settings, format_, some, directory)
            rows.append(
                (
                    format_,
                    figure(len(some)),
                    f"{done.rows:,}",
                    figure(done.rows / done.seconds),
                    figure(done.rows / done.cpu_seconds),
                )
            )
    columns = ("format", "vCenters", "rows", "rows/s", "rows/CPU s")
    note = "`vminer export`: 11 columns, two of them of the host and its cluster; its own start-up"
    return Table(title, columns, tuple(rows), (f"{note} is part of the time.",))


def export(
    settings: DatabaseSettings, format_: str, vcenters: Sequence[UUID], directory: Path
) -> Exported:
    """Export the VMs of these vCenters with the command."""
    document, variables = directory / "export.graphql", directory / "export.json"
    document.write_text(DOCUMENT)
    variables.write_text(json.dumps({"vcenters": [encode("VCenter", uuid) for uuid in vcenters]}))
    target = directory / f"export.{format_}"
    target.unlink(missing_ok=True)
    command = [sys.executable, "-m", "vminer", "export", format_]
    command += ["-f", str(document), "-v", str(variables), "-o", str(target)]
    environment = inherited_environment() | {
        "VMINER_PRIMARY_URL": settings.primary_url,
        "VMINER_REPLICA_URLS": ",".join(settings.replica_urls) or settings.primary_url,
        "VMINER_PARTITIONS": str(settings.partitions),
        "VMINER_LOG_LEVEL": "WARNING",
    }
    began = time.monotonic()
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.monotonic() - began
    assert status == 0, said
    rows = int(said.rpartition(" rows.")[0].rpartition(" ")[2])
    return Exported(rows, seconds, used.ru_utime + used.ru_stime)
