"""What is asked: each question's heading."""

QUESTIONS = {
    "Q1": "one VM by its key",
    "Q2": "100 powered-on VMs with host, cluster, datastores",
    "Q3": "20 VMs by part of a name",
    "Q4": "1,000 VMs",
    "C1": "which VM has this address (recipe 08)",
    "C2": "a cluster's hosts and their VMs (recipe 04)",
    "C3": "the fullest datastores of a vCenter (recipe 27)",
    "C4": "a vCenter's VMs, processors and memory by power state (recipe 05)",
    "C5": "from a VM up to its vCenter (recipe 13)",
}
"""Q1 to Q4, and five like recipes of the cookbook."""
ESTATE_WIDE = frozenset({"Q3", "C1"})
"""Those whose answer depends on which vCenters may be seen."""
