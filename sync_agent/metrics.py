"""What agents count."""

from runtime.telemetry import meter
from sync_agent.writer.outcome import Outcome

runs = meter.create_counter("vminer_sync_runs", description="Sync runs that ended, by outcome.")
duration = meter.create_histogram(
    "vminer_sync_duration",
    unit="s",
    description="Seconds from the start of a sync to its end.",
    explicit_bucket_boundaries_advisory=[0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 1800],
)
objects = meter.create_counter(
    "vminer_sync_objects", description="Inventory rows that syncs wrote, by type and change."
)
quarantined = meter.create_counter(
    "vminer_sync_quarantined", description="Objects that could not be decoded."
)
held = meter.create_counter(
    "vminer_sync_held", description="Objects not found and kept all the same, by type and reason."
)
refused = meter.create_counter(
    "vminer_sync_refused", description="Messages without work for this agent, by reason."
)

CHANGES = ("created", "updated", "usage", "missing", "deleted", "reborn")


def count_outcome(outcome: Outcome) -> None:
    """Count what one merge wrote."""
    for type_, of_type in outcome.types.items():
        for change in CHANGES:
            if number := getattr(of_type, change):
                objects.add(number, {"type": type_, "change": change})
        if outcome.doubt is not None and of_type.suspect:
            held.add(of_type.suspect, {"type": type_, "reason": outcome.doubt.reason})
    if outcome.hardware:
        objects.add(outcome.hardware, {"type": "VirtualMachine", "change": "hardware"})
    if outcome.host_hardware:
        objects.add(outcome.host_hardware, {"type": "Host", "change": "hardware"})
    if outcome.quarantined:
        quarantined.add(outcome.quarantined)
