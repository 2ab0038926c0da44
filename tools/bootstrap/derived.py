"""What is worked out from the checkout's own files: compressed static files, compiled translations."""

from pathlib import Path

from tools.bootstrap.checkout import PYTHON, STATIC, TRANSLATIONS
from tools.bootstrap.stages import Command, fingerprint, run_logged, stage

COMPRESSED = {".br", ".gz"}


def ensure_compressed() -> None:
    """Twins in Brotli and gzip, which the application sends in place of a static file."""
    originals = [path for path in STATIC.rglob("*") if path.is_file() and path.suffix not in COMPRESSED]
    stage("Compressed assets", stamp="compressed", inputs=fingerprint(originals), made=[], work=compress)


def compress() -> None:
    for path in STATIC.rglob("*"):
        if path.suffix in COMPRESSED:
            path.unlink()
    run_logged([PYTHON, "-m", "whitenoise.compress", STATIC], log="compress")


def ensure_translations() -> None:
    catalogues = sorted(TRANSLATIONS.glob("*/LC_MESSAGES/*.po"))
    if not catalogues:
        return
    stage(
        "Translations",
        stamp="translations",
        inputs=fingerprint(catalogues),
        made=[path.with_suffix(".mo") for path in catalogues],
        work=lambda: compile_all(catalogues),
    )


def compile_all(catalogues: list[Path]) -> None:
    compile_one: Command = [PYTHON, "-m", "babel.messages.frontend", "compile"]
    for path in catalogues:
        run_logged([*compile_one, "-i", path, "-o", path.with_suffix(".mo")], log="translations")
