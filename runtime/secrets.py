"""Sealed credentials: whoever adds a vCenter can seal its password, only an agent can open it.

A libsodium sealed box to the agents' public key. The address is sealed in as well, so that a
password moved to another row cannot be opened for, and sent to, another server.
"""

import json

from nacl.encoding import Base64Encoder
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from pydantic import SecretStr

from runtime.errors import SettingsError
from runtime.settings import Settings

SEAL_ANEW = "give it again: `vminer vcenter set NAME --password-stdin`"


class CredentialSettings(Settings):
    """The key pair that protects vCenter passwords; `vminer keygen` makes one."""

    credentials_public_key: str | None = None
    """Public key (base64) that seals vCenter passwords; needed to add a vCenter."""

    credentials_private_key: SecretStr | None = None
    """Private key (base64) that opens them; agents alone need it."""

    def public(self) -> str:
        """Return the public key. Raises SettingsError where it is not set."""
        if not self.credentials_public_key:
            raise SettingsError("VMINER_CREDENTIALS_PUBLIC_KEY is not set; run `vminer keygen`")
        return self.credentials_public_key

    def private(self) -> str:
        """Return the private key. Raises SettingsError where it is not set."""
        if self.credentials_private_key is None:
            raise SettingsError("VMINER_CREDENTIALS_PRIVATE_KEY is not set; agents need it")
        return self.credentials_private_key.get_secret_value()


def generate_key_pair() -> tuple[str, str]:
    """Return a new (public, private) key pair, base64."""
    private = PrivateKey.generate()
    return (
        private.public_key.encode(Base64Encoder).decode(),
        private.encode(Base64Encoder).decode(),
    )


def seal(public_key: str, *, password: str, host: str) -> bytes:
    """Seal a password for the agents, bound to the address it is for."""
    try:
        box = SealedBox(PublicKey(public_key.encode(), Base64Encoder))
    except (CryptoError, ValueError, TypeError) as error:
        raise SettingsError("VMINER_CREDENTIALS_PUBLIC_KEY is not a key") from error
    return box.encrypt(json.dumps({"password": password, "host": host}).encode())


def unseal(private_key: str, sealed: bytes, *, host: str) -> str:
    """Open a sealed password.

    Raises:
        SettingsError: the key is not the one it was sealed for, or it was sealed for another host.
    """
    try:
        opened = SealedBox(PrivateKey(private_key.encode(), Base64Encoder)).decrypt(sealed)
    except (CryptoError, ValueError, TypeError) as error:
        raise SettingsError(
            "the agents' private key does not open this password; set the key it was sealed for,"
            f" or {SEAL_ANEW}"
        ) from error
    content = json.loads(opened)
    if content["host"] != host:
        raise SettingsError(f"this password was sealed for another host; {SEAL_ANEW}")
    return str(content["password"])
