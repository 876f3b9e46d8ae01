"""The vocabulary of the simulated estate: sites, roles, guests, servers, product releases."""

from typing import NamedTuple

SITES = ("nyc", "lon", "fra", "sin", "tyo", "syd", "gru", "ams", "par", "chi", "dub", "waw")
ENVIRONMENTS = ("prod", "prod", "prod", "prod", "prod", "test", "test", "dev", "dev", "stage")
ENVIRONMENT_FOLDERS = ("prod", "test", "dev", "stage")
ROLES = ("web", "app", "sql", "cache", "batch", "mail", "file", "build", "api")
ROLE_FOLDERS = ("front", "middle", "data")
EXOTIC = ("büro", "прод", "データ", "santé", "größe")


class Guest(NamedTuple):
    """A guest operating system as the configuration and as VMware Tools name it."""

    guest_id: str
    full_name: str
    family: str
    state_detail: str


GUESTS = (
    Guest("ubuntu64Guest", "Ubuntu Linux (64-bit)", "linuxGuest", "Ubuntu 22.04.4 LTS"),
    Guest("rhel9_64Guest", "Red Hat Enterprise Linux 9 (64-bit)", "linuxGuest", "RHEL 9.4"),
    Guest("rhel8_64Guest", "Red Hat Enterprise Linux 8 (64-bit)", "linuxGuest", "RHEL 8.10"),
    Guest("debian12_64Guest", "Debian GNU/Linux 12 (64-bit)", "linuxGuest", "Debian 12"),
    Guest("sles15_64Guest", "SUSE Linux Enterprise 15 (64-bit)", "linuxGuest", "SLES 15 SP5"),
    Guest("windows2019srv_64Guest", "Microsoft Windows Server 2019 (64-bit)", "windowsGuest", ""),
    Guest("windows2022srvNext_64Guest", "Microsoft Windows Server 2022", "windowsGuest", ""),
    Guest("windows11_64Guest", "Microsoft Windows 11 (64-bit)", "windowsGuest", ""),
    Guest("freebsd13_64Guest", "FreeBSD 13 (64-bit)", "otherGuestFamily", ""),
)


class Server(NamedTuple):
    """A server model; hosts of one cluster are alike."""

    vendor: str
    model: str
    cpu_model: str
    cpu_mhz: int
    packages: int
    cores: int
    memory_gib: int


SERVERS = (
    Server(
        "Dell Inc.", "PowerEdge R650", "Intel(R) Xeon(R) Gold 6338 CPU @ 2.00GHz", 1995, 2, 64, 1024
    ),
    Server(
        "Dell Inc.",
        "PowerEdge R740xd",
        "Intel(R) Xeon(R) Gold 6248R CPU @ 3.00GHz",
        2993,
        2,
        48,
        768,
    ),
    Server(
        "HPE", "ProLiant DL380 Gen10", "Intel(R) Xeon(R) Gold 6230 CPU @ 2.10GHz", 2095, 2, 40, 512
    ),
    Server("HPE", "ProLiant DL385 Gen11", "AMD EPYC 9354 32-Core Processor", 3245, 2, 64, 1536),
    Server("Cisco Systems Inc", "UCSX-210C-M7", "Intel(R) Xeon(R) Gold 6430", 2100, 2, 64, 1024),
    Server("LENOVO", "ThinkSystem SR645", "AMD EPYC 7543 32-Core Processor", 2794, 2, 64, 512),
)


class Release(NamedTuple):
    """A vCenter release, the API it speaks, and the ESXi releases it manages."""

    version: str
    build: str
    api_version: str
    esxi: tuple[tuple[str, str], ...]


RELEASES = (
    Release("8.0.3", "24322831", "8.0.3.0", (("8.0.3", "24280767"), ("8.0.2", "23305546"))),
    Release("7.0.3", "24201990", "7.0.3.0", (("7.0.3", "23794027"), ("6.7.0", "20497097"))),
    Release("8.0.2", "23929136", "8.0.2.0", (("8.0.2", "23305546"), ("7.0.3", "23794027"))),
    Release("9.0.0", "24755230", "9.0.0.0", (("9.0.0", "24755229"), ("8.0.3", "24280767"))),
    Release("6.7.0", "24337536", "6.7.3", (("6.7.0", "20497097"), ("6.5.0", "20502893"))),
)

EVC_MODES = ("intel-icelake", "intel-cascadelake", "intel-skylake", "amd-zen3", None)
HARDWARE_VERSIONS = ("vmx-19", "vmx-20", "vmx-21", "vmx-15", "vmx-13", "vmx-11")
TOOLS_VERSIONS = ("12389", "12352", "11365", "10346")
