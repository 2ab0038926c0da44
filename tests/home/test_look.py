"""The rules of the look that a machine can hold: contrast, direction, the scale of sizes, and what a first visit weighs."""

import re
from collections.abc import Callable
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms import db
from lms.permissions import Role
from lms.web.static_files import FOLDER
from tests.factories import make_staff, make_user

SHEET = (FOLDER / "takwin.css").read_text()
RULES = re.sub(r"/\*.*?\*/", "", SHEET, flags=re.DOTALL)
LIGHT, DARK = (
    dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))
    for block in re.findall(r":root \{(.*?)\}", SHEET, re.DOTALL)[:2]
)
GROUNDS = ("paper", "leaf", "shade")
WORDS = ("ink", "muted", "action", "done", "care", "refused")
TINTED = [("action", "action-soft"), ("done", "done-soft"), ("care", "care-soft"), ("refused", "refused-soft")]
AA_TEXT, AA_PARTS = 4.5, 3.0


def luminance(colour: str) -> float:
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
class TestContrast:
    def test_knows_black_on_white(self, theme: dict[str, str]) -> None:
        assert contrast("#000000", "#ffffff") == pytest.approx(21)

    def test_holds_for_words_on_every_ground(self, theme: dict[str, str]) -> None:
        pairs = [(word, ground) for word in WORDS for ground in GROUNDS] + TINTED
        pairs += [("ink", soft) for _tone, soft in TINTED] + [("action-deep", "action-soft")]
        weak = {pair: contrast(theme[pair[0]], theme[pair[1]]) for pair in pairs}
        assert {pair: ratio for pair, ratio in weak.items() if ratio < AA_TEXT} == {}

    def test_holds_for_buttons(self, theme: dict[str, str]) -> None:
        assert contrast(theme["button"], "#ffffff") >= AA_TEXT
        assert contrast(theme["button-deep"], "#ffffff") >= AA_TEXT
        assert contrast(theme["button"], theme["paper"]) >= AA_PARTS

    def test_holds_for_the_edges_of_fields(self, theme: dict[str, str]) -> None:
        assert min(contrast(theme["edge"], theme[ground]) for ground in ("paper", "leaf")) >= AA_PARTS


class TestSheet:
    def test_keeps_the_colours_of_the_design(self) -> None:
        asked = {
            "ink": "#1b2a33",
            "paper": "#fbfaf7",
            "action": "#2b4fae",
            "done": "#1f7a5c",
            "care": "#96620f",
            "refused": "#a83a32",
        }
        assert {name: LIGHT[name] for name in asked} == asked

    def test_names_no_side_but_start_and_end(self) -> None:
        """Code is left to right in every language: the one exception."""
        physical = re.findall(
            r"(?:margin|padding|border|inset)-(?:left|right)|[{;\s](?:left|right)\s*:|float: (?:left|right)", RULES
        )
        aligned = re.findall(r"([^{}]+)\{[^}]*text-align: (?:left|right)", RULES)
        assert physical == []
        assert [selector.strip() for selector in aligned] == ["pre.code"]

    def test_has_six_sizes_of_text(self) -> None:
        assert len(set(re.findall(r"--size-(\d): ", RULES.split("@media")[0]))) == 6

    def test_loads_nothing_from_elsewhere(self) -> None:
        assert not re.search(r"url\((?!\"data:)|@import|https?://(?!www\.w3\.org)", RULES)


def weight(page: FlaskClient, path: str) -> tuple[int, int]:
    """Octets and requests of a first visit: the page as sent, and what it names as the server sends that, in Brotli."""
    html = page.get(path).get_data(as_text=True)
    named = set(re.findall(r'(?:src|href)="/static/[0-9a-f]+/([^"#]+)', html)) - {"star.svg"}
    sent = sum(len(brotli.compress(Path(FOLDER / name).read_bytes())) for name in named)
    return len(html.encode()) + sent, 1 + len(named)


@pytest.mark.parametrize("path", ["/login", "/", "/forgotten", "/v/"])
class TestFirstVisit:
    def test_weighs_little(self, client: FlaskClient, path: str) -> None:
        octets, requests = weight(client, path)

        assert octets <= 45_000
        assert requests <= 4

    def test_runs_nothing_and_styles_nothing_inline(self, client: FlaskClient, path: str) -> None:
        html = client.get(path).get_data(as_text=True)

        assert "<script" not in html
        assert not re.search(r"<style|\sstyle=|\son\w+=", html)


@pytest.mark.parametrize("path", ["/home", "/profile", "/roles", "/people", "/people/invite", "/organisations"])
class TestFirstVisitSignedIn:
    def test_weighs_little(self, fresh: Flask, sign_in: Callable[[int], FlaskClient], path: str) -> None:
        with db.transaction():
            for number in range(25):
                make_user(f"Given{number}", f"Family{number}")
            admin = make_staff(Role.ADMIN)

        octets, requests = weight(sign_in(admin.id), path)

        assert octets <= 70_000
        assert requests <= 6
