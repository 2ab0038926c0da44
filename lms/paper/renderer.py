"""The child that draws, from the worker's side: started when first needed, fed pages, replaced when it dies or hangs."""

import atexit
import json
import os
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any

from lms.paper.stationery import LMS, Stationery, style

PROGRAM = Path(__file__).resolve().parent / "render_process.py"
FONTS = LMS / "static" / "vendor" / "fonts"
FACES = (
    *(f"inter-{weight}.woff2" for weight in (400, 500, 600)), *(f"inter-ext-{weight}.woff2" for weight in (400, 500, 600)),
    "noto-naskh-arabic-400.woff2",
)  # fmt: skip
PATIENCE = 30.0  # seconds for one sheet, by the clock on the wall
PATIENCE_FOR_MANY = 300.0  # seconds for paper of as many sheets as it takes
LONGEST_ANSWER = 64 * 1024 * 1024


class RenderFailed(Exception):
    """The page was not drawn: the text does not fit, a limit was reached, or the child died."""


class ChildGone(Exception):
    """The process died, or says what nobody understands."""


@dataclass(frozen=True)
class Page:
    """What the child needs to draw one document. ``pages``: the same text, set ever closer; the first that fits is kept.
    ``seal_name``: the field a seal goes into; None for paper that is not sealed."""

    stationery: Stationery
    pages: list[str]
    identifier: str
    seal_name: str | None = None
    seal_label: str = ""

    def message(self) -> dict[str, Any]:
        return {
            "stationery": self.stationery.name, "pages": self.pages, "identifier": self.identifier,
            "seal_name": self.seal_name, "seal_label": self.seal_label,
        }  # fmt: skip


class Renderer:
    """One child at a time; threads take turns. ``program`` and ``patience`` are for tests."""

    def __init__(self, program: Path = PROGRAM, patience: float = PATIENCE) -> None:
        self._program, self._patience = program, patience
        self._child: _Child | None = None
        self._turn = Lock()

    def render(self, page: Page) -> bytes:
        """The PDF. Raises RenderFailed. A child that had worked before and is gone now is replaced, and asked once more."""
        with self._turn:
            if self._child is not None and self._child.is_alive():
                try:
                    return self._ask(self._child, page)
                except ChildGone:
                    self._replace(None)
            child = _Child(self._program, self._patience)
            self._replace(child)
            try:
                return self._ask(child, page)
            except ChildGone as error:
                self._replace(None)
                raise RenderFailed("the drawing process was lost") from error

    def _ask(self, child: "_Child", page: Page) -> bytes:
        try:
            return child.draw(page)
        except TimeoutError as error:  # this page would only hang the next one too
            self._replace(None)
            raise RenderFailed("the drawing process was lost: it took too long") from error
        except (OSError, EOFError) as error:
            raise ChildGone from error

    def close(self) -> None:
        with self._turn:
            self._replace(None)

    def _replace(self, child: "_Child | None") -> None:
        if self._child is not None:
            self._child.kill()
        self._child = child


class _Child:
    """The process, with a folder of its own for what its libraries write at start."""

    def __init__(self, program: Path, patience: float) -> None:
        self._patience = patience
        self._has: set[str] = set()
        self._folder = tempfile.mkdtemp(prefix="takwin-render-")
        self._process = subprocess.Popen(  # noqa: S603 - our own file, our own interpreter
            [sys.executable, "-P", str(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=self._folder,
            env={"PATH": os.defpath, "LANG": "C.UTF-8", "TMPDIR": self._folder, "XDG_CACHE_HOME": self._folder},
            start_new_session=True,
        )  # fmt: skip
        try:
            self.ask({"fonts": {face: str(FONTS / face) for face in FACES}, "faces": style("fonts.css")})
        except BaseException:
            self.kill()
            raise

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def draw(self, page: Page) -> bytes:
        """Raises as ``ask`` does. Stationery is handed over once."""
        paper = page.stationery
        if paper.name not in self._has:
            self.ask({"stationery": asdict(paper)})
            self._has.add(paper.name)
        many = paper.most_pages is None
        return self.ask({"page": page.message()}, max(self._patience, PATIENCE_FOR_MANY) if many else self._patience)

    def ask(self, message: dict[str, Any], patience: float | None = None) -> bytes:
        """Raises RenderFailed with the child's reason, or OSError, EOFError, TimeoutError when it is of no more use."""
        assert self._process.stdin is not None  # noqa: S101 - asked for above
        content = json.dumps(message).encode()
        self._process.stdin.write(len(content).to_bytes(4, "big") + content)
        self._process.stdin.flush()
        until = monotonic() + (patience or self._patience)
        length = int.from_bytes(self._receive(4, until), "big")
        if not 0 < length <= LONGEST_ANSWER:
            raise EOFError
        answer = self._receive(length, until)
        if answer[:1] != b"+":
            raise RenderFailed(answer[1:].decode(errors="replace"))
        return answer[1:]

    def _receive(self, length: int, until: float) -> bytes:
        assert self._process.stdout is not None  # noqa: S101 - asked for above
        handle = self._process.stdout.fileno()
        received = bytearray()
        with selectors.DefaultSelector() as ready:
            ready.register(handle, selectors.EVENT_READ)
            while len(received) < length:
                if not ready.select(max(0.0, until - monotonic())):
                    raise TimeoutError
                part = os.read(handle, length - len(received))
                if not part:
                    raise EOFError
                received += part
        return bytes(received)

    def kill(self) -> None:
        """The whole group, whatever it started; then its folder."""
        if self.is_alive():
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                _close(pipe)
        shutil.rmtree(self._folder, ignore_errors=True)


def _close(pipe: Any) -> None:
    try:
        pipe.close()
    except OSError:
        return  # what was still to be written has no reader any more


@cache
def shared_renderer() -> Renderer:
    """The worker's own. Its child ends with it."""
    renderer = Renderer()
    atexit.register(renderer.close)
    return renderer
