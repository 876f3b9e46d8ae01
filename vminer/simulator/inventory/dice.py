"""Numbers that look random and never change: everything is drawn from a hash of its own name."""

import hashlib
from datetime import UTC, datetime

BASE_TIME = datetime(2026, 6, 1, tzinfo=UTC)  # "now" for everything the inventory dates


def roll(*parts: object) -> bytes:
    """64 bytes that depend on `parts` alone; callers cut out what they need."""
    text = "\x1f".join(map(str, parts))
    return hashlib.blake2b(text.encode(), digest_size=64).digest()


def uuid_text(raw: bytes, prefix: str = "") -> str:
    """The first 16 bytes as a UUID, its start overwritten by `prefix` as VMware does (42…, 50…)."""
    digits = prefix + raw[:16].hex()[len(prefix) :]
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
