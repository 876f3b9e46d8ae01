"""Every read: batched SELECTs on replicas."""

from loaders.build import Loaders, build_loaders, sync_run_row

__all__ = ["Loaders", "build_loaders", "sync_run_row"]
