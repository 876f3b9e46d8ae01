"""Services of ESXi."""

import strawberry

from resolvers.part import entry


@strawberry.type(description="A service of ESXi.")
class HostService:
    """One element of `host_hardware.services`."""

    key: str | None = entry("key", "Name of the service, as TSM-SSH.")
    label: str | None = entry("label", "Name for people, as SSH.")
    running: bool | None = entry("running", "Whether it runs.")
    policy: str | None = entry(
        "policy", "When it starts: on (with the host), off (by hand), automatic (with a port)."
    )
    required: bool | None = entry("required", "Whether the host cannot do without it.")
