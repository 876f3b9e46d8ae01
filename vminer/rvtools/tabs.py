"""All sheets, in RVTools' order."""

from vminer.rvtools.devices import VCD, VDISK, VNETWORK, VPARTITION, VSNAPSHOT, VUSB
from vminer.rvtools.hosts import VHBA, VHOST, VMULTIPATH, VNIC, VSC_VMK
from vminer.rvtools.machines import VCPU, VINFO, VMEMORY, VTOOLS
from vminer.rvtools.networks import DVPORT, DVSWITCH, VPORT, VSWITCH
from vminer.rvtools.places import VCLUSTER, VDATASTORE, VRP, VSOURCE

TABS = (
    VINFO,
    VCPU,
    VMEMORY,
    VDISK,
    VPARTITION,
    VNETWORK,
    VCD,
    VUSB,
    VSNAPSHOT,
    VTOOLS,
    VSOURCE,
    VRP,
    VCLUSTER,
    VHOST,
    VHBA,
    VNIC,
    VSWITCH,
    VPORT,
    DVSWITCH,
    DVPORT,
    VSC_VMK,
    VDATASTORE,
    VMULTIPATH,
)
