"""Every read: batched SELECTs on replicas."""
