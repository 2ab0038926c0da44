"""What must come from the operating system: probed by use, installed by apt where we may."""

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tools.bootstrap.stages import SetupFailed, announced, run_logged


@dataclass(frozen=True)
class SystemPackage:
    name: str
    is_there: Callable[[], bool]


def has_library(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def has_program(name: str) -> bool:
    return shutil.which(name) is not None


def has_ensurepip() -> bool:
    return importlib.util.find_spec("ensurepip") is not None


def has_postgresql_server() -> bool:
    """Debian keeps ``initdb`` off the PATH."""
    return has_program("initdb") or any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


PYTHON_VENV = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"

TO_RUN = (
    SystemPackage(PYTHON_VENV, has_ensurepip),
    SystemPackage("libpango-1.0-0", partial(has_library, "libpango-1.0.so.0")),
    SystemPackage("libpangoft2-1.0-0", partial(has_library, "libpangoft2-1.0.so.0")),
    SystemPackage("libharfbuzz-subset0", partial(has_library, "libharfbuzz-subset.so.0")),
)
TO_READ_PDFS = (
    SystemPackage("poppler-utils", partial(has_program, "pdftoppm")),
    SystemPackage("zbar-tools", partial(has_program, "zbarimg")),
    SystemPackage("qpdf", partial(has_program, "qpdf")),
)
TO_CHECK_FAST = TO_RUN + TO_READ_PDFS
TO_CHECK = (
    *TO_CHECK_FAST,
    SystemPackage("chromium", partial(has_program, "chromium")),
    SystemPackage("postgresql", has_postgresql_server),
)
TO_BENCH = (*TO_CHECK, SystemPackage("wrk", partial(has_program, "wrk")))


def ensure_system_packages(wanted: tuple[SystemPackage, ...]) -> None:
    missing = missing_of(wanted)
    if not missing:
        return
    install = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    by_hand = f"sudo apt-get update && sudo {' '.join(install)}"
    if not has_program("apt-get"):
        raise SetupFailed(
            f"This machine lacks, by their Debian names: {' '.join(missing)}.",
            "Install them with your system's package manager, then start again.",
        )
    if not may_install():
        raise SetupFailed(
            f"System packages are missing: {' '.join(missing)}.",
            f"An administrator installs them once with\n\n    {by_hand}\n\nthen start again.",
        )
    with announced(f"System packages ({' '.join(missing)})"):
        apt_get("update", log="apt-update", advice=by_hand)
        apt_get(*install[1:], log="apt-install", advice=by_hand)
    still_missing = missing_of(wanted)
    if still_missing:
        raise SetupFailed(
            f"apt-get installed {' '.join(missing)}, yet this does not work: {' '.join(still_missing)}.",
            f"Try by hand:\n\n    sudo apt-get install --reinstall {' '.join(still_missing)}",
        )


def missing_of(wanted: tuple[SystemPackage, ...]) -> list[str]:
    importlib.invalidate_caches()
    return [package.name for package in wanted if not package.is_there()]


def may_install() -> bool:
    """As root, or through sudo where it asks no password."""
    if os.geteuid() == 0:
        return True
    if not has_program("sudo"):
        return False
    return subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0


def apt_get(*arguments: str, log: str, advice: str) -> None:
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive"]
    patient = ["-o", "DPkg::Lock::Timeout=120", "-o", "Acquire::Retries=3"]
    run_logged(
        [*sudo, *quiet, "apt-get", *patient, *arguments],
        log=log,
        advice=f"Check the network and the package sources, then try by hand:\n\n    {advice}",
    )
