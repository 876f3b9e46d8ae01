"""API tokens: what a caller shows, and what is kept of it.

    vminer_3f9a0c51d2_9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
           id of key  secret: 256 random bits

The prefix and the fixed alphabet are for scanners that look for leaked secrets.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field

PREFIX = "vminer_"
TOKEN = re.compile(r"vminer_([0-9a-f]{10})_[0-9a-f]{64}")
NAMED = re.compile(r"(?:vminer_)?([0-9a-f]{10})(?:_[0-9a-f]{64})?")


@dataclass(frozen=True, slots=True)
class Token:
    """A new token; its text is shown once and kept nowhere."""

    key_id: str
    text: str = field(repr=False)


def new_token() -> Token:
    """Make a token from the system's source of randomness."""
    key_id = secrets.token_hex(5)
    return Token(key_id, f"{PREFIX}{key_id}_{secrets.token_hex(32)}")


def key_id_of(token: str) -> str | None:
    """Return which key a token says it is of; None: it is no token of ours."""
    found = TOKEN.fullmatch(token)
    return found.group(1) if found else None


def key_id_in(text: str) -> str | None:
    """Return the key that a person names: by its id, what is seen of its token, or the whole.

    >>> key_id_in("3f9a0c51d2"), key_id_in("vminer_3f9a0c51d2"), key_id_in("nightly")
    ('3f9a0c51d2', '3f9a0c51d2', None)
    """
    found = NAMED.fullmatch(text.strip())
    return found.group(1) if found else None


def digest_of(token: str) -> bytes:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).digest()


def is_token(token: str, digest: bytes) -> bool:
    """Tell whether this is what was kept of the token, in a time that says nothing about it."""
    return hmac.compare_digest(digest_of(token), digest)
