"""A quick stand-in for the console script: one process that has everything imported and forks for each command.

Each command still has its own process, folder, environment, standard streams and exit status; what is saved is the
start of an interpreter and the stretching of the passphrase. `tools/wheel_test.py` uses the real console script.
"""

import json
import os
import signal
import socket
import sys
import threading
import traceback
from pathlib import Path

CLIENT = """#!{python} -SE
import json, os, socket, sys
link = socket.socket(socket.AF_UNIX)
link.connect({address!r})
said = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
socket.send_fds(link, [len(said).to_bytes(4, "big")], [0, 1, 2])
link.sendall(said)
sys.exit(int(link.recv(4) or b"1"))
"""


def preload() -> None:
    """Import what commands need, and make a guess at the passphrase cheap."""
    import inspector.app
    import inspector.central.serve
    import inspector.cli.main
    import inspector.services.doctor
    import inspector.sync.client  # noqa: F401
    from inspector.evidence.examine import Examiner  # noqa: F401
    from inspector.forms.library import shipped
    from inspector.store.vault import Argon2
    from inspector.store.workspace import Store

    made = vars(Store)["create"].__func__
    made.__kwdefaults__["cost"] = Argon2(memory_kib=64, iterations=1, lanes=1)
    shipped()


def serve(address: str) -> None:
    """Run one command after another until the process is ended. Says "ready" on standard output first."""
    preload()
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(address)
    listener.listen()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        link, _ = listener.accept()
        with link:
            if os.fork() == 0:
                listener.close()
                _command(link)


def _command(link: socket.socket) -> None:
    """In a child: be the command that was asked for, and tell its exit status."""
    size, streams, _, _ = socket.recv_fds(link, 4, 3)
    said = b""
    while len(said) < int.from_bytes(size, "big"):
        said += link.recv(65_536)
    words, folder, environment = json.loads(said)
    for target, stream in enumerate(streams):
        os.dup2(stream, target)
        os.close(stream)
    sys.stdin, sys.stdout, sys.stderr = (
        open(number, mode, encoding="utf-8", closefd=False)  # noqa: SIM115 - the process ends with them
        for number, mode in enumerate("rww")
    )
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["inspector", *words]
    done = threading.Event()
    threading.Thread(target=_end_with, args=(link, done), daemon=True).start()
    status = 1
    try:
        from inspector.cli.main import run

        run()
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else 0
    except BaseException:  # noqa: BLE001 - told as the command's own
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        done.set()
        link.sendall(str(status).encode())
        os._exit(status)


def _end_with(link: socket.socket, done: threading.Event) -> None:
    """End this process as an interrupt would when whoever asked for it is gone; by force if that does not help."""
    link.recv(1)
    if not done.is_set():
        os.kill(os.getpid(), signal.SIGINT)
        if not done.wait(20):
            os.kill(os.getpid(), signal.SIGKILL)


def write_client(folder: Path, address: str) -> None:
    """Put the command `inspector` into a folder."""
    path = folder / "inspector"
    path.write_text(CLIENT.format(python=sys.executable, address=address), encoding="utf-8")
    path.chmod(0o755)


if __name__ == "__main__":
    serve(sys.argv[1])
