"""HostSystem.config: time, services and certificate."""

from vminer.simulator.inventory import host_service as inventory
from vminer.simulator.inventory.host_service import UTC_ZONE
from vminer.simulator.render.array import Each, Octets, Texts
from vminer.simulator.render.node import Node, Struct, boolean, integer, text

TIME: Node = Struct(
    "HostDateTimeInfo",
    {
        "timeZone": Struct(
            "HostDateTimeSystemTimeZone",
            {
                "key": text(lambda _: UTC_ZONE.key),
                "name": text(lambda _: UTC_ZONE.name),
                "description": text(lambda _: UTC_ZONE.description),
                "gmtOffset": integer(lambda _: UTC_ZONE.offset_seconds),
            },
        ),
        "ntpConfig": Struct("HostNtpConfig", {"server": Texts(inventory.ntp_servers)}),
    },
)

SERVICES: Node = Struct(
    "HostServiceInfo",
    {
        "service": Each(
            "HostService",
            inventory.services,
            Struct(
                "HostService",
                {
                    "key": text(lambda service: service.key),
                    "label": text(lambda service: service.label),
                    "required": boolean(lambda service: service.required),
                    "uninstallable": boolean(lambda _: False),
                    "running": boolean(lambda service: service.running),
                    "policy": text(lambda service: service.policy),
                },
            ),
        )
    },
)

CERTIFICATE: Node = Octets(inventory.certificate)
