"""The virtual environment, and in it the pinned Python packages."""

import shlex
import subprocess
import sys
from pathlib import Path

from tools.bootstrap.checkout import PYTHON, ROOT, STAMPS, UV, VENV
from tools.bootstrap.stages import Command, announced, fingerprint, run_logged, stage

UV_PIN = ROOT / "tools" / "requirements-uv.txt"
TO_RUN = ROOT / "requirements.txt"
TO_TEST = ROOT / "requirements-test.txt"

COMMAND = VENV / "bin" / "lms"
NETWORK = "Check the network and, behind a proxy, HTTPS_PROXY; then start again."


def ensure_environment(*, with_tests: bool) -> None:
    """Once test packages are there they stay: a ``./run`` after ``./check`` does not take them away."""
    if not is_usable():
        with announced("Python environment"):
            run_logged([sys.executable, "-m", "venv", "--clear", VENV], log="venv")
    stage("Installer", stamp="installer", inputs=fingerprint([UV_PIN]), made=[UV], work=install_uv)

    pins = TO_TEST if with_tests or has_test_packages() else TO_RUN
    stage(
        "Python packages",
        stamp="packages",
        inputs=f"{pins.name} {fingerprint([pins, UV_PIN])}",
        made=[COMMAND],
        work=lambda: install_packages(pins),
    )


def is_usable() -> bool:
    """Its Python starts and has pip, and its scripts, which name their folder, were made for this one."""
    made_by = VENV / "pyvenv.cfg"
    if not made_by.is_file() or f" {VENV}\n" not in made_by.read_text():
        return False
    try:
        return subprocess.run([PYTHON, "-I", "-c", "import pip"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def has_test_packages() -> bool:
    stamp = STAMPS / "packages"
    return stamp.is_file() and stamp.read_text().startswith(TO_TEST.name)


def install_uv() -> None:
    pip: Command = [PYTHON, "-m", "pip", "--disable-pip-version-check", "install"]
    run_logged([*pip, "--require-hashes", "-r", UV_PIN], log="installer", advice=NETWORK)


def install_packages(pins: Path) -> None:
    """What is pinned and no more, so that a line missing from ``requirements.in`` shows."""
    exactly: Command = [UV, "pip", "sync", "--python", PYTHON, "--require-hashes", "--compile-bytecode"]
    run_logged([*exactly, pins, UV_PIN], log="packages", advice=NETWORK)
    write_command()


def write_command() -> None:
    """``.venv/bin/lms``, which works from any folder."""
    root, python = shlex.quote(str(ROOT)), shlex.quote(str(PYTHON))
    path = f'{root}"${{PYTHONPATH:+:$PYTHONPATH}}"'
    COMMAND.write_text(f'#!/bin/sh\nPYTHONPATH={path} exec {python} -P -m lms "$@"\n')
    COMMAND.chmod(0o755)
