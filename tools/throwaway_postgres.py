"""A PostgreSQL server for one run of the tests, gone afterwards.

python tools/throwaway_postgres.py COMMAND…

COMMAND finds its address in LMS_TEST_DATABASE: an empty database ``test``, as a superuser who may create
others beside it, one for each test worker. The server listens on no port, only on a socket in its own folder,
and forgets about crashes, so use it for nothing that matters.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

Command = Sequence[str | Path]

SUPERUSER = "postgres"
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "64MB",
    "max_connections": "200",
    "timezone": "UTC",
}


class PostgresFailed(Exception):
    """One of the server's programs refused; the message holds what it wrote."""


@contextmanager
def throwaway_postgres(settings: Mapping[str, str] = SETTINGS) -> Iterator[str]:
    """Start a server; give the address of its database. ``settings`` replace those above of the same name."""
    programs = find_programs()
    # Not in TMPDIR: the path of a socket has at most 107 characters.
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    data = folder / "data"
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, SUPERUSER, SUPERUSER)
        written = {**SETTINGS, **settings, "unix_socket_directories": str(folder)}
        initialise: Command = [
            "-D",
            data,
            "-U",
            SUPERUSER,
            "--auth=trust",
            "--no-sync",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        ]
        as_server_user([programs / "initdb", *initialise], folder)
        with (data / "postgresql.conf").open("a") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in written.items())
        control: Command = [programs / "pg_ctl", "-D", data, "-s", "-w"]
        as_server_user([*control, "-l", folder / "log", "start"], folder)
        try:
            as_server_user([programs / "createdb", "-h", folder, "-U", SUPERUSER, "test"], folder)
            yield f"postgresql+psycopg://{SUPERUSER}@/test?host={folder}"
        finally:
            as_server_user([*control, "-m", "immediate", "stop"], folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def find_programs() -> Path:
    """The newest of Debian's versions, which are not on the PATH, or else what is."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    if installed:
        return installed[-1].parent
    found = shutil.which("initdb")
    if found is None:
        raise PostgresFailed("There is no PostgreSQL server here. On Debian: sudo apt-get install postgresql")
    return Path(found).parent


def as_server_user(command: Command, folder: Path) -> None:
    """As root, become ``postgres`` first: the server's programs refuse to run as root."""
    become = ["runuser", "-u", SUPERUSER, "--"] if os.geteuid() == 0 else []
    log = folder / "log"
    # The server keeps its starter's output open, so that may not be a pipe.
    with (folder / "output").open("w+b") as output:
        done = subprocess.run(
            [*become, *command],
            cwd=folder,
            env={**os.environ, "PATH": f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
        output.seek(0)
        written = output.read().decode(errors="replace")
    if done.returncode != 0:
        server = log.read_text(errors="replace") if log.exists() else ""
        raise PostgresFailed(f"{Path(command[0]).name} ended with status {done.returncode}:\n{written}{server}")


def main(command: list[str]) -> int:
    if not command:
        print(__doc__, file=sys.stderr)
        return 2
    # Stopped from outside, still stop the server and clean up.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with throwaway_postgres() as address:
            return subprocess.run(command, env={**os.environ, "LMS_TEST_DATABASE": address}, check=False).returncode
    except PostgresFailed as failure:
        print(failure, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
