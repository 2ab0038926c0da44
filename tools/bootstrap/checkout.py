"""Where things are in this checkout."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UV = VENV / "bin" / "uv"
STAMPS = VENV / "stamps"
LOGS = ROOT / "build" / "log"

STATIC = ROOT / "lms" / "static"
VENDOR = STATIC / "vendor"
NODE_MODULES = ROOT / "node_modules"
TRANSLATIONS = ROOT / "lms" / "translations"
