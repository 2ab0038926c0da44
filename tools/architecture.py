"""Draw docs/architecture.md from the code: ``python -m tools.architecture [--check]``.

The packages in the order of their layers, what each is about (its docstring), which it calls, and what follows from
each event (the table in ``lms/wiring.py``). The text around the drawings is kept as it is.
"""

import ast
import configparser
import re
import sys
from collections.abc import Iterator

from tools.bootstrap.checkout import ROOT

PAGE = ROOT / "docs" / "architecture.md"
PRODUCT = ROOT / "lms"


def layers() -> list[str]:
    """The packages that exist, from the top layer down, as import-linter is told them."""
    settings = configparser.ConfigParser()
    settings.read(ROOT / "setup.cfg")
    listed = settings["importlinter:contract:packages"]["layers"]
    names = re.findall(r"[a-z_]+", listed)
    return [name for name in names if (PRODUCT / name / "__init__.py").exists()]


def about(package: str) -> str:
    docstring = ast.get_docstring(ast.parse((PRODUCT / package / "__init__.py").read_text())) or ""
    return docstring.split("\n\n")[0].replace("\n", " ").rstrip(".")


def calls(package: str, known: set[str]) -> list[str]:
    """The other packages this one imports."""
    found = set()
    for path in (PRODUCT / package).rglob("*.py"):
        for module in imported(ast.parse(path.read_text())):
            parts = module.split(".")
            if parts[0] == "lms" and len(parts) > 1 and parts[1] in known - {package}:
                found.add(parts[1])
    return sorted(found)


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def handlers() -> list[tuple[str, list[str]]]:
    """Each event with what follows from it, in order, as written in ``wiring.HANDLERS``."""
    tree = ast.parse((PRODUCT / "wiring.py").read_text())
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.AnnAssign)
            and ast.unparse(node.target) == "HANDLERS"
            and isinstance(node.value, ast.Dict)
        ):
            return [
                (ast.unparse(key), [ast.unparse(one) for one in value.elts])
                for key, value in zip(node.value.keys, node.value.values, strict=True)
                if key is not None and isinstance(value, ast.Tuple | ast.List)
            ]
    raise RuntimeError("wiring.HANDLERS was not found")


def drawings() -> dict[str, str]:
    """Name to Markdown, for the places marked in the page."""
    names = layers()
    known = set(names)
    packages = ["| package | is about | calls |", "| --- | --- | --- |"]
    packages += [f"| `{name}` | {about(name)} | {', '.join(calls(name, known))} |" for name in names]
    arrows = ["```mermaid", "flowchart TD"]
    arrows += [
        f"  {name} --> {other}" for name in names for other in calls(name, known) if other not in ("web", "accounts")
    ]
    arrows += ["```"]
    events = ["| when | then, in this order and in the same transaction |", "| --- | --- |"]
    events += [f"| `{event}` | {'; '.join(f'`{one}`' for one in then) or '–'} |" for event, then in handlers()]
    return {"packages": "\n".join(packages), "calls": "\n".join(arrows), "events": "\n".join(events)}


def drawn(page: str) -> str:
    for name, markdown in drawings().items():
        place = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.S)
        if not place.search(page):
            raise RuntimeError(f"docs/architecture.md has no place for {name}")
        page = place.sub(lambda match, text=markdown: f"{match[1]}{text}\n{match[2]}", page)  # type: ignore[misc]
    return page


def main() -> int:
    page = PAGE.read_text()
    new = drawn(page)
    if "--check" in sys.argv[1:]:
        if new != page:
            print("docs/architecture.md is not what the code says: python -m tools.architecture", file=sys.stderr)
        return int(new != page)
    PAGE.write_text(new)
    return 0


if __name__ == "__main__":
    sys.exit(main())
