"""How IDs and cursors are written: base64url without padding, in exactly one spelling."""

from base64 import urlsafe_b64decode, urlsafe_b64encode


def seal(raw: bytes) -> str:
    """Return bytes as opaque text."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def unseal(text: str, *, longest: int) -> bytes:
    """Return the bytes of an opaque text; ValueError if `seal` did not write it."""
    if len(text) > longest:
        raise ValueError("too long")
    raw = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    if seal(raw) != text:
        raise ValueError("not its only spelling")
    return raw
