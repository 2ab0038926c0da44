"""The application made ready and served, through its own commands."""

import errno
import os
import socket
from typing import NoReturn

from tools.bootstrap.checkout import PYTHON, ROOT
from tools.bootstrap.stages import SetupFailed

DEFAULT_PORT = 8000


def port_of(arguments: list[str]) -> int | None:
    """None when these are no arguments of ``./run``."""
    if not arguments:
        return DEFAULT_PORT
    if len(arguments) > 1 or not (arguments[0].isascii() and arguments[0].isdigit()):
        return None
    port = int(arguments[0])
    return port if 0 < port < 65536 else None


def require_free(port: int) -> None:
    """Say at once, and not after a minute of set-up, that the port is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno == errno.EACCES:
                raise SetupFailed(f"Port {port} is for administrators.", "Choose one above 1023: ./run 8000") from None
            raise SetupFailed(f"Port {port} is in use.", f"Choose another: ./run {port % 65535 + 1}") from None


def serve(port: int) -> NoReturn:
    os.environ.setdefault("LMS_DATA", str(ROOT / "var"))
    print("● Database, courses, demo intake …", flush=True)
    os.execv(PYTHON, [str(PYTHON), "-m", "lms", "start", "--port", str(port)])  # noqa: S606 - no shell is the point
