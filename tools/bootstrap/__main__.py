"""``python -m tools.bootstrap run|check …``, which ``./run`` and ``./check`` call."""

import fcntl
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tools.bootstrap import checks, services
from tools.bootstrap.assets import ensure_assets
from tools.bootstrap.checkout import ROOT
from tools.bootstrap.derived import ensure_compressed, ensure_translations
from tools.bootstrap.environment import ensure_environment
from tools.bootstrap.stages import SetupFailed, report
from tools.bootstrap.system_packages import (
    TO_BENCH,
    TO_CHECK,
    TO_CHECK_FAST,
    TO_RUN,
    SystemPackage,
    ensure_system_packages,
)

RUN_USAGE = """\
usage: ./run [PORT]

Set up what is missing, then serve on http://127.0.0.1:PORT (8000 unless told).
    ./run 8080

LMS_DATA is the folder of the database and files (var/ in this checkout unless told).
"""
CHECK_USAGE = """\
usage: ./check [fast|fix|bench|chaos]

Set up what tests need, then run every check.
    ./check           all of it, on SQLite and PostgreSQL, with a browser
    ./check fast      without browser and PostgreSQL
    ./check fix       format, mend what can be mended, bring the translations up to date
    ./check bench …   measure; what follows goes to the measuring tool
    ./check chaos …   kill processes and fill disks; what follows goes to pytest
"""


def main(arguments: list[str]) -> int:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    command, *rest = arguments
    try:
        return run(rest) if command == "run" else check(rest)
    except SetupFailed as failure:
        report(failure)
        return 1
    except PermissionError as error:
        report(SetupFailed(f"{error.filename}: {error.strerror}.", f"Give yourself the right to write in {ROOT}."))
        return 1
    except KeyboardInterrupt:
        return 130


def run(arguments: list[str]) -> int:
    """Ends as the server: where all goes well it does not return."""
    port = services.port_of(arguments)
    if port is None:
        return usage(RUN_USAGE, arguments)
    services.require_free(port)
    # Links in mails, and the codes on the demo's certificates, lead to where this is served.
    os.environ.setdefault("LMS_BASE_URL", f"http://127.0.0.1:{port}")
    set_up(TO_RUN, with_tests=False)
    return services.serve(port)


def check(arguments: list[str]) -> int:
    mode, rest = (arguments[0], arguments[1:]) if arguments else ("all", [])
    if mode in checks.MEASURES:
        set_up(TO_BENCH if mode == "bench" else TO_CHECK, with_tests=True)
        return checks.measure(mode, rest)
    if rest or mode not in checks.CHECKS:
        return usage(CHECK_USAGE, arguments)
    set_up(TO_CHECK if mode == "all" else TO_CHECK_FAST, with_tests=True)
    return checks.run_all(checks.CHECKS[mode])


def usage(text: str, arguments: list[str]) -> int:
    is_asked = arguments in (["-h"], ["--help"])
    print(text, end="", file=sys.stdout if is_asked else sys.stderr)
    return 0 if is_asked else 2


def set_up(packages: tuple[SystemPackage, ...], *, with_tests: bool) -> None:
    with one_at_a_time():
        ensure_system_packages(packages)
        ensure_environment(with_tests=with_tests)
        ensure_assets()
        ensure_compressed()
        ensure_translations()


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two set-ups of one checkout take turns."""
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("● Waiting for another set-up of this checkout …", flush=True)
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
