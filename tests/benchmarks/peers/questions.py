"""What is asked: each question's heading."""

QUESTIONS = {
    "Q1": "one VM by its key",
    "Q2": "100 powered-on VMs with host, cluster, datastores",
    "Q3": "20 VMs by part of a name",
    "Q4": "1,000 VMs",
}
ESTATE_WIDE = frozenset({"Q3"})
"""Those whose answer depends on which vCenters may be seen."""
