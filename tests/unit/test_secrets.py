import pytest

from runtime.errors import SettingsError
from runtime.secrets import generate_key_pair, seal, unseal


def test_a_sealed_password_opens_with_the_private_key_for_its_host():
    public, private = generate_key_pair()

    sealed = seal(public, password="correct horse", host="vc1.example.org")

    assert b"correct horse" not in sealed
    assert unseal(private, sealed, host="vc1.example.org") == "correct horse"


def test_a_password_sealed_for_another_host_is_not_given_out():
    public, private = generate_key_pair()
    sealed = seal(public, password="secret", host="vc1.example.org")

    with pytest.raises(SettingsError, match="another host"):
        unseal(private, sealed, host="evil.example.org")


def test_another_private_key_does_not_open_it():
    public, _ = generate_key_pair()
    _, other = generate_key_pair()
    sealed = seal(public, password="secret", host="vc1")

    with pytest.raises(SettingsError, match="does not open"):
        unseal(other, sealed, host="vc1")


def test_a_public_key_that_is_none_is_refused_with_its_setting_named():
    with pytest.raises(SettingsError, match="VMINER_CREDENTIALS_PUBLIC_KEY"):
        seal("nonsense", password="secret", host="vc1")


def test_a_seal_that_cannot_be_opened_names_the_command_that_seals_anew():
    public, private = generate_key_pair()
    _, other = generate_key_pair()
    sealed = seal(public, password="secret", host="vc1")

    for key, host in ((other, "vc1"), (private, "vc2")):
        with pytest.raises(SettingsError, match="`vminer vcenter set NAME --password-stdin`"):
            unseal(key, sealed, host=host)
