import ast
import os
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from lms.paper.renderer import PROGRAM, Page, Renderer, RenderFailed
from lms.paper.stationery import Stationery
from lms.settings import CHECKOUT

ONE_SHEET = Stationery("one sheet", "@page { size: A4 }", most_pages=1)
PLAIN = "<html lang=en><head><title>Plain</title></head><body><p>Plain text</p></body></html>"


def page(*html: str) -> Page:
    return Page(ONE_SHEET, list(html), "identifier", "Sceau", "Seal")


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    made = Renderer()
    yield made
    made.close()


@pytest.fixture
def canary() -> Iterator[tuple[str, list[str]]]:
    """A server that should never be asked, and what it was asked."""
    asked: list[str] = []

    class Noting(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:
            return

    with HTTPServer(("127.0.0.1", 0), Noting) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()
        thread.join()


def child_of(parent: int) -> int:
    """The process that draws for ``parent``."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
            status = (folder / "stat").read_text()
        except OSError:
            continue
        if PROGRAM.name.encode() in command and int(status.rsplit(")", 1)[1].split()[1]) == parent:
            return int(folder.name)
    raise AssertionError("nobody draws")


class TestRender:
    @pytest.mark.parametrize(
        "html",
        [
            '<img src="{0}/img.png" alt="x">', '<link rel=stylesheet href="{0}/style.css">',
            "<style>@import url({0}/a.css);</style>",
            "<style>p {{ background: url({0}/b.png) }}</style><p>x</p>", '<object data="{0}/o.svg"></object>',
            '<embed src="{0}/e.svg">',
            "<style>@font-face {{ font-family: x; src: url({0}/f.woff2) }} p {{ font-family: x }}</style><p>x</p>",
            '<svg xmlns="http://www.w3.org/2000/svg"><title>x</title><image href="{0}/s.png" width="5" height="5"/></svg>',
            '<link rel=attachment href="{0}/attached">', '<base href="{0}/"><img src="relative.png" alt="x">',
            '<ul style="list-style-image: url({0}/l.png)"><li>x</li></ul>', '<img src="FILE:///etc/passwd" alt="x">',
            '<img src="file:///etc/passwd" alt="x"><link rel=attachment href="file:///etc/passwd">',
            '<img src="app:../secret" alt="x">',
        ],
    )  # fmt: skip
    def test_asks_nobody_for_anything(self, renderer: Renderer, canary: tuple[str, list[str]], html: str) -> None:
        address, asked = canary

        drawn = renderer.render(page(PLAIN.replace("<p>Plain text</p>", html.format(address))))

        assert drawn.startswith(b"%PDF-1.7")
        assert asked == []
        assert b"root:" not in drawn

    def test_takes_the_first_setting_that_fits(self, renderer: Renderer) -> None:
        endless = PLAIN.replace("Plain text", "word " * 20_000)

        assert renderer.render(page(endless, PLAIN)).count(b"/Type /Page\n") <= 1

    def test_says_so_when_nothing_fits(self, renderer: Renderer) -> None:
        with pytest.raises(RenderFailed, match="does not fit"):
            renderer.render(page(PLAIN.replace("Plain text", "word " * 20_000)))

        assert renderer.render(page(PLAIN))  # and goes on

    def test_gives_the_same_bytes_for_the_same_page(self, renderer: Renderer) -> None:
        assert renderer.render(page(PLAIN)) == renderer.render(page(PLAIN))

    def test_goes_on_with_another_child_when_one_is_killed(self, renderer: Renderer) -> None:
        renderer.render(page(PLAIN))
        first = child_of(os.getpid())
        os.kill(first, 9)

        assert renderer.render(page(PLAIN))
        assert child_of(os.getpid()) != first

    def test_limits_the_child_and_tells_it_no_secret(self, renderer: Renderer, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LMS_SECRET_KEY", "not for the child")
        renderer.close()
        renderer.render(page(PLAIN))
        process = Path(f"/proc/{child_of(os.getpid())}")

        limits = {line[:25].strip(): line[25:].split() for line in (process / "limits").read_text().splitlines()}
        assert limits["Max address space"][1] == str(1536 * 1024 * 1024)
        assert int(limits["Max cpu time"][0]) <= 60
        assert limits["Max core file size"][1] == "0"
        assert b"LMS_" not in (process / "environ").read_bytes()


class TestPatience:
    def program(self, folder: Path, then: str) -> Path:
        """A child that gets ready as ours does, and does something else with the first page."""
        path = folder / "child.py"
        path.write_text(textwrap.dedent(f"""
            import os, sys, time
            def read():
                return sys.stdin.buffer.read(int.from_bytes(sys.stdin.buffer.read(4), "big"))
            read()
            sys.stdout.buffer.write((6).to_bytes(4, "big") + b"+ready"); sys.stdout.buffer.flush()
            read()
            {then}
        """))  # fmt: skip
        return path

    @pytest.mark.parametrize(
        "then",
        ["time.sleep(60)", "os._exit(3)", "os.abort()", 'sys.stdout.buffer.write(b"\\xff" * 99)', "sys.stdout.close()"],
    )
    def test_ends_and_the_worker_lives(self, tmp_path: Path, then: str) -> None:
        renderer = Renderer(program=self.program(tmp_path, then), patience=1.0)

        with pytest.raises(RenderFailed, match="lost"):
            renderer.render(page(PLAIN))
        renderer.close()


class TestTheLock:
    ACTS = (
        "import socket; socket.socket()", "import socket; socket.create_connection(('127.0.0.1', 80))",
        "import _socket; _socket.socket()", "import subprocess; subprocess.run(['true'])", "import os; os.system('true')",
        "import os; os.fork()", "import os; os.execv('/bin/true', ['true'])", "open('written', 'w')",
        "import os; os.open('written', os.O_WRONLY | os.O_CREAT)",
    )  # fmt: skip

    def test_keeps_the_child_from_everything_it_does_not_need(self, tmp_path: Path) -> None:
        """Each act is tried once the child has locked itself in; the names of those that were done come out."""
        script = textwrap.dedent(f"""
            import runpy
            runpy.run_path({str(PROGRAM)!r})["_lock"]()
            for act in {self.ACTS!r}:
                try:
                    exec(act)
                except (PermissionError, TypeError):
                    continue
                print("done:", act)
            print("tried all")
        """)

        tried = subprocess.run(
            [sys.executable, "-P", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False
        )

        assert tried.stdout.splitlines() == ["tried all"]
        assert not (tmp_path / "written").exists()


def modules_that_import(name: str) -> set[str]:
    found = set()
    for path in (CHECKOUT / "lms").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if any(imported.split(".")[0] == name for imported in names):
                found.add(path.relative_to(CHECKOUT).as_posix())
    return found


class TestWhatIsLoadedWhere:
    def test_loads_weasyprint_in_the_child_only(self) -> None:
        assert modules_that_import("weasyprint") == {"lms/paper/render_process.py"}

    def test_writes_pdf_objects_in_the_child_only(self) -> None:
        assert modules_that_import("pydyf") == {"lms/paper/render_process.py"}

    def test_keeps_the_heavy_ones_out_of_web_processes(self) -> None:
        heavy = "{'weasyprint', 'pyhanko', 'pypdf'}"
        script = f"import sys, lms; print(sorted({heavy} & {{name.split('.')[0] for name in sys.modules}}))"

        loaded = subprocess.run(
            [sys.executable, "-c", script], cwd=CHECKOUT, capture_output=True, text=True, check=True
        )

        assert loaded.stdout.strip() == "[]"

    def test_imports_nothing_of_the_application_in_the_child(self) -> None:
        imported = [
            node.module or "" for node in ast.walk(ast.parse(PROGRAM.read_text())) if isinstance(node, ast.ImportFrom)
        ]

        assert not [name for name in imported if name.startswith("lms")]
