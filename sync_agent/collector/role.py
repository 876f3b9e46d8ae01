"""What a VM is to the solution that made it, where it is not a workload: pure decisions."""

import re

SRM = "com.vmware.vcDr"
SRM_TEST = "testVm"
EAM = "com.vmware.vim.eam"
VCLS_NAME = re.compile(r"vCLS(-| \()")
CRX = "crx"


def is_srm_placeholder(extension: str | None, type_: str | None) -> bool:
    """Tell whether Site Recovery Manager keeps a VM as the placeholder of a protected one.

    The key has a suffix where several SRM instances share a vCenter. The VMs of a failover test are
    SRM's too, but they run.

    >>> is_srm_placeholder("com.vmware.vcDr", "placeholderVm")
    True
    >>> is_srm_placeholder("com.vmware.vcDr-site2", None)
    True
    >>> is_srm_placeholder("com.vmware.vcDr", "testVm"), is_srm_placeholder(None, None)
    (False, False)
    """
    return (extension or "").startswith(SRM) and type_ != SRM_TEST


def is_vcls(name: str, extension: str | None, guest_id: str | None) -> bool:
    """Tell whether a VM is an agent of vSphere Cluster Services.

    ESX Agent Manager makes them (7.0 and 8.0), or ESXi runs them itself on CRX (8.0 U3). Anybody
    may call a VM so: the name alone proves nothing.

    >>> is_vcls("vCLS (3)", "com.vmware.vim.eam", "other3xLinux64Guest")
    True
    >>> is_vcls("vCLS-4230bf3c-02cc-4e2d-b4c9-0d1f9d5c1f7e", None, "crxSys1Guest")
    True
    >>> is_vcls("vCLS-notes", None, "debian12_64Guest"), is_vcls("web", "com.vmware.vim.eam", None)
    (False, False)
    """
    is_made_by_vsphere = extension == EAM or (guest_id or "").startswith(CRX)
    return is_made_by_vsphere and VCLS_NAME.match(name) is not None


def is_ft_secondary(role: object) -> bool:
    """Tell whether a VM shadows another for Fault Tolerance: the primary has role 1.

    >>> is_ft_secondary(None), is_ft_secondary(1), is_ft_secondary(2)
    (False, False, True)
    """
    return isinstance(role, int) and role > 1
