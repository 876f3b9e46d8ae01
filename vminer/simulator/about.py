"""What a vCenter says about itself, and which API versions it offers."""

from vminer.simulator.inventory.dice import roll, uuid_text
from vminer.simulator.inventory.identity import Identity
from vminer.simulator.trouble import TroubleKind, Troubles

_API_VERSIONS = (
    "9.0.0.0",
    "8.0.3.0",
    "8.0.2.0",
    "8.0.1.0",
    "8.0.0.0",
    "7.0.3.0",
    "7.0.2.0",
    "7.0.1.0",
    "7.0.0.0",
    "6.7.3",
    "6.7",
    "6.5",
    "6.0",
)


def about(identity: Identity, troubles: Troubles) -> dict[str, str]:
    """AboutInfo; `esxi` and `other_instance_uuid` change it."""
    release = identity.release
    facts = {
        "name": "VMware vCenter Server",
        "fullName": f"VMware vCenter Server {release.version} build-{release.build}",
        "vendor": "VMware, Inc.",
        "version": release.version,
        "build": release.build,
        "localeVersion": "INTL",
        "localeBuild": "000",
        "osType": "linux-x64",
        "productLineId": "vpx",
        "apiType": "VirtualCenter",
        "apiVersion": release.api_version,
        "instanceUuid": identity.instance_uuid,
        "licenseProductName": "VMware VirtualCenter Server",
        "licenseProductVersion": release.version.partition(".")[0] + ".0",
    }
    if troubles.take(TroubleKind.ESXI):
        version, build = release.esxi[0]
        facts |= {
            "name": "VMware ESXi",
            "fullName": f"VMware ESXi {version} build-{build}",
            "version": version,
            "build": build,
            "osType": "vmnix-x86",
            "productLineId": "embeddedEsx",
            "apiType": "HostAgent",
        }
        del facts["instanceUuid"]
    other = troubles.take(TroubleKind.OTHER_INSTANCE_UUID)
    if other is not None:
        stranger = uuid_text(roll(identity.seed, "stranger", identity.number))
        facts["instanceUuid"] = other.value or stranger
    return facts


def service_versions(api_version: str) -> str:
    """vimServiceVersions.xml: this version and all before it."""
    start = _API_VERSIONS.index(api_version)
    prior = "".join(f"<version>{each}</version>" for each in _API_VERSIONS[start + 1 :])
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<namespaces version="1.0"><namespace>'
        f"<name>urn:vim25</name><version>{api_version}</version>"
        f"<priorVersions>{prior}</priorVersions></namespace></namespaces>"
    )
