"""`vminer keygen`: make the key pair that protects vCenter passwords."""

from runtime.secrets import generate_key_pair


def keygen() -> None:
    """Print a new key pair: the public key for whoever adds vCenters, the private for agents."""
    public, private = generate_key_pair()
    print(f"VMINER_CREDENTIALS_PUBLIC_KEY={public}")
    print(f"VMINER_CREDENTIALS_PRIVATE_KEY={private}")
