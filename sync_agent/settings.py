"""How agents and the scheduler work: how many at once, and every wait there is."""

from pydantic import Field

from models.commands.circuit import CircuitPolicy
from runtime.settings import Settings


class AgentSettings(Settings):
    """How agents carry out syncs."""

    agent_workers: int = Field(default=2, ge=1, le=128)
    """Worker processes of one agent; decoding keeps one core each busy."""

    agent_concurrency: int = Field(default=25, ge=2, le=200)
    """vCenters that one worker process syncs at the same time."""

    agent_interactive_share: float = Field(default=0.2, ge=0, le=1)
    """Share of these places kept for requests of people; at least one is."""

    agent_writer_connections: int = Field(default=4, ge=1, le=50)
    """Connections to the primary on which one worker process merges."""

    agent_lease_seconds: float = Field(default=30.0, gt=0)
    """Length of a vCenter's lease: after a crash another agent takes over that much later."""

    agent_lease_renew_seconds: float = Field(default=10.0, gt=0)
    """Seconds between two renewals; a third of the lease, since two may fail."""

    agent_max_attempts: int = Field(default=5, ge=1)
    """How often a run is started before it is given up (DEAD)."""

    agent_retry_base_seconds: float = Field(default=5.0, gt=0)
    """Longest pause after the first failure; it doubles with each further one."""

    agent_retry_max_seconds: float = Field(default=900.0, gt=0)
    """Longest pause after any failure."""

    agent_scan_timeout_seconds: float = Field(default=3600.0, gt=0)
    """Seconds that reading one vCenter may take, login to logout; a vCenter may have its own."""

    agent_circuit_failures: int = Field(default=5, ge=1)
    """Failures of a vCenter in a row after which the schedule leaves it alone for a while."""

    agent_circuit_base_seconds: float = Field(default=60.0, gt=0)
    """Seconds for which it is left alone first; each further failure doubles them."""

    agent_circuit_max_seconds: float = Field(default=900.0, gt=0)
    """Longest time for which it is left alone."""

    agent_reads_hardware: bool = True
    """Whether devices of VMs and parts of hosts are read (tier HEAVY); what is stored stays."""

    agent_reads_guests: bool = True
    """Whether tier GUEST is read: file systems and adapters inside VMs, storage by datastore. What
    is stored stays; addresses are read with LIGHT."""

    agent_hardware_refresh_seconds: float = Field(default=86_400.0, ge=0)
    """Seconds until the hardware of all VMs and hosts is read again; a vCenter may have its own."""

    agent_second_look_seconds: float = Field(default=600.0, ge=0)
    """Seconds after which a scan may confirm that what an earlier one did not find is gone."""

    agent_guest_refresh_seconds: float = Field(default=1800.0, ge=0)
    """Seconds until tier GUEST (file systems, IP stacks, storage by datastore) is read again of all
    VMs; a vCenter may have its own."""

    agent_progress_seconds: float = Field(default=1.0, gt=0)
    """Seconds between two updates of a run's progress."""

    agent_merge_lock_seconds: float = Field(default=5.0, gt=0)
    """Seconds a merge waits for a row lock before it is tried again later."""

    agent_merge_statement_seconds: float = Field(default=120.0, gt=0)
    """Seconds one statement of a merge may take."""

    agent_shutdown_seconds: float = Field(default=90.0, ge=0)
    """Seconds that running syncs get to finish when the agent is told to stop."""

    agent_reconnect_seconds: float = Field(default=1.0, gt=0)
    """Seconds before an agent tries RabbitMQ or the database again."""

    agent_watchdog_seconds: float = Field(default=15.0, gt=0)
    """Seconds between two checks that RabbitMQ still knows this consumer."""

    agent_restart_seconds: float = Field(default=2.0, ge=0)
    """Seconds before a worker process that died is started again."""

    def circuit(self) -> CircuitPolicy:
        """Return when circuits open, and for how long."""
        return CircuitPolicy(
            failures=self.agent_circuit_failures,
            base_seconds=self.agent_circuit_base_seconds,
            max_seconds=self.agent_circuit_max_seconds,
        )


class ScheduleSettings(Settings):
    """How the scheduler asks for syncs and saves lost ones."""

    schedule_tick_seconds: float = Field(default=1.0, gt=0)
    """Seconds between two looks at what is due."""

    schedule_heartbeat_seconds: float = Field(default=0.5, gt=0)
    """Seconds between two writes of the heartbeat row, by which replicas' lag is measured."""

    schedule_lease_seconds: float = Field(default=15.0, gt=0)
    """Length of the leader's lease: another scheduler takes over that much later."""

    schedule_jitter: float = Field(default=0.1, ge=0, lt=1)
    """Share of a vCenter's interval by which its next sync may come earlier or later."""

    schedule_batch: int = Field(default=500, ge=1)
    """Most runs queued, and most messages published, in one look."""

    schedule_keep_runs_days: float = Field(default=14.0, gt=0)
    """Days for which runs that ended are kept; the last one of each vCenter stays."""

    schedule_lost_seconds: float = Field(default=300.0, gt=0)
    """Seconds after which a queued run counts as forgotten by RabbitMQ and is published again."""


class HousekeepingSettings(Settings):
    """How long what is gone is remembered, and how it is tidied up."""

    history_days: int = Field(default=90, ge=1)
    """Days that changes are kept, for histories and changesSince; dropped by whole weeks."""

    history_weeks_ahead: int = Field(default=4, ge=1)
    """Weeks ahead of now that have a partition for changes."""

    purge_deleted_days: int = Field(default=90, ge=1)
    """Days that an object's row is kept after a scan confirmed that it is gone."""

    purge_batch: int = Field(default=500, ge=1)
    """Most rows that one transaction of a purge deletes."""

    purge_rows: int = Field(default=50_000, ge=1)
    """Most rows that the scheduler purges in one round."""

    housekeeping_seconds: float = Field(default=3600.0, gt=0)
    """Seconds between two rounds: partitions made and dropped, rows purged, moves of VMs found."""

    lineage_seconds: float = Field(default=300.0, gt=0)
    """Seconds between two looks for VMs that came where others went lately."""

    lineage_days: int = Field(default=7, ge=1)
    """Most days between a VM's going and its coming elsewhere, whichever is seen first."""
