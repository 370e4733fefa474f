"""Only a centre whose certificate is trusted is talked to, and a silent network does not hold a stop."""

import datetime as dt
import ipaddress
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from inspector.errors import BadInput, NotTrusted
from inspector.sync.client import SyncClient
from inspector.sync.enrolment import enrol
from inspector.sync.membership import membership
from tests.sync.sync_world import Centre, sync, workspace

pytestmark = pytest.mark.faults

NOW = dt.datetime.now(dt.UTC)
DAY = dt.timedelta(days=1)


class Authority:
    """A certificate authority of an office."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        usage = x509.KeyUsage(
            digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False,
            key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
        )  # fmt: skip
        made = self._builder(self.name, self.key, NOW + DAY).add_extension(
            x509.BasicConstraints(ca=True, path_length=0), critical=True
        )
        self.file = folder / f"{name}.pem"
        self.certificate = made.add_extension(usage, critical=True).sign(self.key, hashes.SHA256())
        self.file.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))

    def _builder(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, until: dt.datetime
    ) -> x509.CertificateBuilder:
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(self.name)
        builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
        builder = builder.not_valid_before(NOW - 30 * DAY).not_valid_after(until)
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        return builder.add_extension(issuer, critical=False).add_extension(own, critical=False)

    def issue(self, address: str, until: dt.datetime) -> tuple[Path, Path]:
        """Certificate and key files for a server at this address."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "centre")])
        certificate = self._builder(subject, key, until).add_extension(names, critical=False)
        files = self.folder / "server.pem", self.folder / "server.key"
        files[0].write_bytes(
            certificate.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        )
        files[1].write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return files


@contextmanager
def _secure(tmp_path: Path, authority: Authority, address: str, until: dt.datetime) -> Iterator[Centre]:
    centre = Centre(tmp_path / "centre")
    certificate, key = authority.issue(address, until)
    centre.settings = replace(centre.settings, certificate=certificate, certificate_key=key)
    try:
        with centre.serving():
            yield centre
    finally:
        centre.close()


def test_a_centre_with_a_certificate_of_the_office_is_trusted(tmp_path: Path) -> None:
    """With the office's own authority given at enrolment, enrolling and syncing work over TLS."""
    office = Authority(tmp_path, "office")
    with _secure(tmp_path, office, "127.0.0.1", NOW + DAY) as centre, workspace(tmp_path / "a") as store:
        assert centre.url.startswith("https://")
        enrol(store, centre.url, centre.code(), ca_file=str(office.file))
        assert sync(store).complete


@pytest.mark.parametrize("fault", ["unknown authority", "other authority", "other host", "expired"])
def test_a_certificate_that_is_not_trusted_gets_nothing(tmp_path: Path, fault: str) -> None:
    """An unknown issuer, another's issuer, another host's or an old certificate: nothing is sent, in plain words."""
    office, other = Authority(tmp_path, "office"), Authority(tmp_path, "other")
    address = "127.0.0.2" if fault == "other host" else "127.0.0.1"
    until = NOW - DAY if fault == "expired" else NOW + DAY
    trusted = {"unknown authority": "", "other authority": str(other.file)}.get(fault, str(office.file))
    with _secure(tmp_path, office, address, until) as centre, workspace(tmp_path / "a") as store:
        with pytest.raises(NotTrusted) as caught:
            enrol(store, centre.url, centre.code(), ca_file=trusted)
        assert caught.value.code == "sync.certificate"
        assert membership(store) is None
        assert centre.storage.devices() == []


def test_a_certificate_file_that_is_none_is_said_so(tmp_path: Path) -> None:
    """A missing or foreign file is a mistake of the user, named in words."""
    (tmp_path / "no.pem").write_text("hello")
    with workspace(tmp_path / "a") as store:
        code = "00000-00000-00000-00000-00000"
        for name in ("no.pem", "missing.pem"):
            with pytest.raises(BadInput) as caught:
                enrol(store, "https://127.0.0.1:1", code, ca_file=str(tmp_path / name))
            assert caught.value.code == "sync.ca_file"


def test_a_silent_network_does_not_hold_a_stop(tmp_path: Path) -> None:
    """A network that takes the connection and never answers: a stop ends the sync within a second."""
    with socket.create_server(("127.0.0.1", 0)) as silent, workspace(tmp_path / "a") as store:
        store.set_settings(
            centre_url=f"http://127.0.0.1:{silent.getsockname()[1]}",
            centre_key="00" * 32,
            centre_device="a" * 16,
        )
        stop, connected = threading.Event(), threading.Event()

        silent.settimeout(20)

        def accept() -> None:
            connection, _ = silent.accept()
            connected.set()
            with connection:
                stop.wait(10)
                connection.settimeout(5)
                while connection.recv(65_536):
                    pass

        server = threading.Thread(target=accept)
        server.start()

        def stop_then() -> None:
            connected.wait(10)
            stop.set()

        timer = threading.Thread(target=stop_then)
        timer.start()
        began = time.monotonic()
        report = SyncClient(store).sync_once(stop=stop.is_set)
        assert time.monotonic() - began < 2.0
        assert report.stopped
        assert report.failure is None
        server.join(10)
        timer.join(10)
