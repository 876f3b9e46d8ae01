"""Which addresses and certificates are accepted."""

from ipaddress import ip_address

import pytest
import trustme

from runtime.errors import CertificateError
from sync_agent.collector.allow_list import AllowList
from sync_agent.collector.certificate import Certificate
from sync_agent.collector.settings import CollectorSettings

PEM = trustme.CA().cert_pem.bytes().decode()


def test_a_fingerprint_is_compared_however_it_is_spelled():
    certificate = Certificate(PEM)

    certificate.must_have(certificate.fingerprint)
    certificate.must_have(certificate.fingerprint.replace(":", "").lower())
    with pytest.raises(CertificateError, match=certificate.fingerprint):
        certificate.must_have("00:11")


@pytest.mark.parametrize(
    ("entries", "host", "addresses", "is_admitted"),
    [
        ([], "vc.test", ["192.0.2.1"], True),
        ([], "metadata", ["169.254.169.254"], False),
        ([], "metadata", ["::ffff:169.254.169.254"], False),
        (["169.254.0.0/16"], "metadata", ["169.254.169.254"], False),
        (["10.0.0.0/8"], "vc.test", ["10.1.2.3"], True),
        (["10.0.0.0/8"], "vc.test", ["10.1.2.3", "192.0.2.1"], False),
        ([".test"], "vc.test.", ["192.0.2.1"], True),
        ([".test"], "evil-test", ["192.0.2.1"], False),
        (["vc.test"], "VC.test", ["192.0.2.1"], True),
        (["vc.test"], "a.vc.test", ["192.0.2.1"], False),
    ],
)
def test_only_listed_addresses_are_admitted(entries, host, addresses, is_admitted):
    found = [ip_address(text) for text in addresses]

    assert AllowList.of(entries).admits(host, found) is is_admitted


def test_a_malformed_network_is_refused_with_the_settings(monkeypatch):
    monkeypatch.setenv("VMINER_COLLECTOR_ALLOWED_ADDRESSES", "10.0.0.0/99")

    with pytest.raises(Exception, match="COLLECTOR_ALLOWED_ADDRESSES"):
        CollectorSettings.load()
