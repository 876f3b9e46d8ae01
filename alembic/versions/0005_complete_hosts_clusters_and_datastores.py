"""Complete hosts, clusters and datastores; add storage pods."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0001"
branch_labels = None
depends_on = None

TEXTS = postgresql.ARRAY(sa.Text())
JSON = postgresql.JSONB(astext_type=sa.Text())
ADDRESS = postgresql.INET()
MOMENT = sa.DateTime(timezone=True)
FLAG, TEXT = sa.Boolean(), sa.Text()

COLUMNS = {
    "hosts": {
        "in_quarantine_mode": (
            FLAG,
            "In quarantine mode: Proactive HA keeps VMs away from failing hardware.",
        ),
        "standby_mode": (TEXT, "none, entering, exiting or in."),
        "das_host_state": (
            TEXT,
            "Its part in vSphere HA: master, connectedToMaster, election and so on.",
        ),
        "evc_mode": (TEXT, "EVC mode it runs in; null: none."),
        "management_server_ip": (
            ADDRESS,
            "IP address of the vCenter that the host itself says manages it.",
        ),
        "service_tag": (TEXT, "Service tag of the vendor."),
        "asset_tag": (TEXT, "Asset tag, as its owner set it."),
        "oem_strings": (TEXTS, "What else the vendor wrote into the firmware."),
        "hyper_threading_available": (FLAG, "Whether the CPUs have hyper-threading."),
        "hyper_threading_active": (FLAG, "Whether hyper-threading is in use."),
        "product_full_name": (TEXT, "Name of the hypervisor with version and build."),
        "ssl_thumbprint": (TEXT, "Thumbprint of its certificate."),
        "reboot_required": (FLAG, "Whether a change waits for a reboot."),
        "power_policy": (
            TEXT,
            "Power policy of the host: static (high performance), dynamic, low or custom.",
        ),
        "cpu_power_policy": (TEXT, "CPU power management in use, as Balanced."),
        "cpu_power_support": (TEXT, "CPU power management the hardware offers."),
        "bios_vendor": (TEXT, "Vendor of the firmware."),
        "bios_version": (TEXT, "Version of the firmware."),
        "bios_date": (MOMENT, "When the firmware was released."),
        "vmotion_supported": (FLAG, "Whether it can do vMotion."),
        "storage_vmotion_supported": (FLAG, "Whether it can do Storage vMotion."),
        "vsan_fault_domain": (TEXT, "Fault domain of vSAN it belongs to."),
    },
}


def upgrade() -> None:
    """Add columns and tables; what they hold comes with the next sync."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table, columns in COLUMNS.items():
        for name, (type_, comment) in columns.items():
            op.add_column(table, sa.Column(name, type_, nullable=True, comment=comment))


def downgrade() -> None:
    """Drop them."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table, columns in COLUMNS.items():
        for name in columns:
            op.drop_column(table, name)
