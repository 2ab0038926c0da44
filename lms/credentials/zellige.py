"""The ornament of a certificate: a border of eight-pointed stars and a guilloche, as PDF drawing operators.

It is the same on every certificate, so it is worked out once, kept in nested forms (a star is written once and placed
148 times) and laid under the text: a page pays nothing for it. Lengths are millimetres from the lower left corner.
"""

from collections.abc import Sequence
from math import cos, pi, sin

from lms.paper.stationery import Form

INK, MAJORELLE, GREEN, WHITE = 0x1B2A33, 0x2B4FAE, 0x1F7A5C, 0xFFFFFF
WIDTH, HEIGHT = 297.0, 210.0
EDGE = 9.0  # from the paper's edge to the band of stars
BAND = 7.0
POINT = 72 / 25.4
LINES = ((-2.2, 0.12, INK), (-1.2, 0.35, MAJORELLE), (BAND + 1.2, 0.35, MAJORELLE), (BAND + 2.2, 0.12, INK))
"""The rules on both sides of the band: how far in from it, how thick, which colour."""

Place = tuple[float, float]


def ornament() -> list[Form]:
    """All forms, each after those it uses; the last one is the whole page, in points."""
    parts = [_band_star(), *_petals(), _corner()]
    return [*parts, _page()]


def star(radius: float, turn: float = 0.0) -> list[Place]:
    """Two squares laid over each other (khatam): sixteen corners around the origin."""
    inner = radius * cos(pi / 4) / cos(pi / 8)
    return [_polar(radius if corner % 2 == 0 else inner, turn + corner * pi / 8) for corner in range(16)]


def _polar(radius: float, angle: float) -> Place:
    return radius * cos(angle), radius * sin(angle)


def _polygon(corners: Sequence[Place]) -> str:
    (x, y), *others = corners
    return f"{_n(x)} {_n(y)} m " + " ".join(f"{_n(x)} {_n(y)} l" for x, y in others) + " h"


def _chords(radius: float, step: int, turn: float) -> str:
    """Eight points on a circle, each joined to the one ``step`` further."""
    points = [_polar(radius, turn + k * pi / 4) for k in range(8)]
    ends = [(points[k], points[(k + step) % 8]) for k in range(8)]
    return " ".join(f"{_n(a)} {_n(b)} m {_n(c)} {_n(d)} l" for (a, b), (c, d) in ends)


def _smooth(points: Sequence[Place]) -> str:
    """A closed curve through the points (Catmull-Rom, as Béziers)."""
    count = len(points)
    drawn = [f"{_n(points[0][0])} {_n(points[0][1])} m"]
    for k in range(count):
        before, here, there, after = (points[(k + offset) % count] for offset in (-1, 0, 1, 2))
        first = (here[0] + (there[0] - before[0]) / 6, here[1] + (there[1] - before[1]) / 6)
        second = (there[0] - (after[0] - here[0]) / 6, there[1] - (after[1] - here[1]) / 6)
        drawn.append(" ".join(_n(value) for value in (*first, *second, *there)) + " c")
    return " ".join(drawn) + " h"


def _petal_curve(depth: float, points: int) -> str:
    """An eight-petalled curve of radius 1: what a guilloche turns and shrinks."""
    angles = [2 * pi * k / points for k in range(points)]
    return _smooth([_polar(1 - depth / 2 + depth / 2 * cos(8 * angle), angle) for angle in angles])


def _n(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".") if abs(value) >= 0.0005 else "0"


def _pen(colour: int, width: float, strength: float = 1.0) -> str:
    return f"{_rgb(colour, strength)} RG {_n(width)} w"


def _ink(colour: int) -> str:
    return f"{_rgb(colour, 1.0)} rg"


def _rgb(colour: int, strength: float) -> str:
    """The colour, or a paler one: mixed with white, so that nothing is transparent."""
    channels = (colour >> 16 & 255, colour >> 8 & 255, colour & 255)
    return " ".join(_n(1 - (1 - channel / 255) * strength) for channel in channels)


def _placed(name: str, x: float, y: float, *, size: float = 1.0, turn: float = 0.0) -> str:
    a, b = size * cos(turn), size * sin(turn)
    return f"q {_n(a)} {_n(b)} {_n(-b)} {_n(a)} {_n(x)} {_n(y)} cm /{name} Do Q"


def _band_star() -> Form:
    radius = BAND / 2
    return Form("Star", (-radius, -radius, radius, radius), " ".join((
        _pen(MAJORELLE, 0.17), _polygon(star(radius - 0.05)), "S",
        _pen(MAJORELLE, 0.09, 0.55), _chords(radius * 0.765, 3, pi / 8), "S",
        _ink(GREEN), _polygon(star(radius * 0.3, pi / 8)), "f",
    )))  # fmt: skip


def _petals() -> list[Form]:
    """The curves of the guilloches. They take pen and colour from where they are placed."""
    box = (-1.1, -1.1, 1.1, 1.1)
    return [Form("Petal", box, _petal_curve(0.36, 96) + " S"), Form("Bud", box, _petal_curve(0.55, 64) + " S")]


def _corner() -> Form:
    curves = " ".join(_placed("Bud", 0, 0, size=5.9, turn=k * pi / 32) for k in range(8))
    return Form("Corner", (-10, -10, 10, 10), " ".join((
        _pen(MAJORELLE, 0.35), _ink(WHITE), _polygon(star(9.2)), "B",
        _pen(INK, 0.12), _polygon(star(8.2)), "S",
        _pen(MAJORELLE, 0.016, 0.8), curves,
        _ink(GREEN), _polygon(star(2.1, pi / 8)), "f",
    )), uses=("Bud",))  # fmt: skip


def _page() -> Form:
    near_x, near_y = EDGE + BAND / 2, EDGE + BAND / 2
    far_x, far_y = WIDTH - near_x, HEIGHT - near_y
    drawn = [f"{_n(POINT)} 0 0 {_n(POINT)} 0 0 cm", *_guilloche(WIDTH / 2, 131.0)]
    drawn += [_placed("Star", x, y) for x, y in _along_the_band(near_x, near_y, far_x, far_y)]
    for inset, width, colour in (
        (-2.2, 0.12, INK),
        (-1.2, 0.35, MAJORELLE),
        (BAND + 1.2, 0.35, MAJORELLE),
        (BAND + 2.2, 0.12, INK),
    ):
        drawn.append(_pen(colour, width))
        left = EDGE + inset
        drawn.append(f"{_n(left)} {_n(left)} {_n(WIDTH - 2 * left)} {_n(HEIGHT - 2 * left)} re S")
    drawn += [_placed("Corner", x, y) for x in (near_x, far_x) for y in (near_y, far_y)]
    drawn.append(_placed("Corner", WIDTH / 2, HEIGHT - 27.0, size=0.62))
    box = (0.0, 0.0, WIDTH * POINT, HEIGHT * POINT)
    return Form("Page", box, "\n".join(drawn), uses=("Star", "Petal", "Corner"))


def _along_the_band(near_x: float, near_y: float, far_x: float, far_y: float) -> list[Place]:
    across, down = round((far_x - near_x) / BAND), round((far_y - near_y) / BAND)
    wide, high = (far_x - near_x) / across, (far_y - near_y) / down
    level = [(near_x + k * wide, y) for y in (near_y, far_y) for k in range(1, across)]
    return level + [(x, near_y + k * high) for x in (near_x, far_x) for k in range(1, down)]


def _guilloche(x: float, y: float) -> list[str]:
    """A star that turns both ways while it shrinks, so pale that the name reads over it."""
    drawn = []
    for sense, colour, strength in ((1, MAJORELLE, 0.16), (-1, GREEN, 0.16)):
        for k in range(34):
            size = 60.0 * 0.955**k
            drawn.append(_pen(colour, 0.13 / size, strength))
            drawn.append(_placed("Petal", x, y, size=size, turn=sense * k * 0.03))
    return drawn
