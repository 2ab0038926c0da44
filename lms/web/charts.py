"""Pictures of figures, drawn as SVG to stand beside the table that says the same: they are hidden from screen readers."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from markupsafe import Markup, escape

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 640, 220, 44, 26, 12


@dataclass(frozen=True)
class Point:
    """``value`` None: not known, or not shown; the line is broken there. ``said``: the value in words."""

    label: str
    value: Fraction | None
    said: str = ""


def lines(points: Sequence[Point], *, top: Fraction = Fraction(1), target: Fraction | None = None) -> Markup:
    """One value after another, from nothing to ``top``; ``target`` is a dashed line."""
    step = Fraction(WIDTH - LEFT - 16, max(len(points) - 1, 1))
    places = [(LEFT + float(step * number), point) for number, point in enumerate(points)]
    drawn = [_axis(top), *([_target(target, top)] if target is not None else [])]
    drawn += [_stroke(run, top) for run in _runs(places)]
    for x, point in places:
        drawn.append(_label(x, point.label))
        if point.value is not None:
            y = _height(point.value, top)
            drawn.append(Markup('<circle class="chart-dot" cx="{:.1f}" cy="{:.1f}" r="3.5"><title>{}</title></circle>').format(
                x, y, point.said))  # fmt: skip
    return _picture(drawn, HEIGHT)


def bars(points: Sequence[Point], *, top: Fraction = Fraction(1), target: Fraction | None = None) -> Markup:
    """One bar under the other, with its name before it; an empty line where nothing is shown."""
    row, start = 28, 190
    height = row * len(points) + 8
    drawn = []
    for number, point in enumerate(points):
        y, share = number * row + 6, min((point.value or Fraction(0)) / top, Fraction(1)) if top else Fraction(0)
        length = float(share) * (WIDTH - start - 70)
        drawn.append(Markup('<text class="chart-word" x="{}" y="{}" text-anchor="end">{}</text>').format(
            start - 10, y + 14, point.label))  # fmt: skip
        if point.value is not None:
            drawn.append(
                Markup('<rect class="chart-bar" x="{}" y="{}" width="{:.1f}" height="18"/>').format(start, y, length)
            )
        drawn.append(
            Markup('<text class="chart-word" x="{:.1f}" y="{}">{}</text>').format(
                start + length + 8, y + 14, point.said
            )
        )
    if target is not None and top:
        x = start + float(target / top) * (WIDTH - start - 70)
        drawn.append(
            Markup('<line class="chart-target" x1="{0:.1f}" x2="{0:.1f}" y1="2" y2="{1}"/>').format(x, height - 2)
        )
    return _picture(drawn, height)


def _picture(drawn: Sequence[Markup], height: int) -> Markup:
    return Markup('<svg class="chart" viewBox="0 0 {} {}" aria-hidden="true" focusable="false">{}</svg>').format(
        WIDTH, height, Markup("").join(drawn)
    )


def _height(value: Fraction, top: Fraction) -> float:
    share = min(value / top, Fraction(1)) if top else Fraction(0)
    return HEIGHT - BOTTOM - float(share) * (HEIGHT - BOTTOM - TOP)


def _axis(top: Fraction) -> Markup:
    marks = [
        Markup('<line class="chart-grid" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/>').format(LEFT, WIDTH, y, y)
        for y in (_height(top * part / 4, top) for part in range(5))
    ]
    return Markup("").join(marks)


def _target(target: Fraction, top: Fraction) -> Markup:
    y = _height(target, top)
    return Markup('<line class="chart-target" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/>').format(LEFT, WIDTH, y, y)


def _label(x: float, text: str) -> Markup:
    return Markup('<text class="chart-word" x="{:.1f}" y="{}" text-anchor="middle">{}</text>').format(
        x, HEIGHT - 6, escape(text)
    )


def _runs(places: Sequence[tuple[float, Point]]) -> list[list[tuple[float, Fraction]]]:
    """The stretches without a hole."""
    runs: list[list[tuple[float, Fraction]]] = [[]]
    for x, point in places:
        if point.value is None:
            runs.append([])
        else:
            runs[-1].append((x, point.value))
    return [run for run in runs if len(run) > 1]


def _stroke(run: Sequence[tuple[float, Fraction]], top: Fraction) -> Markup:
    path = " ".join(f"{x:.1f},{_height(value, top):.1f}" for x, value in run)
    return Markup('<polyline class="chart-line" points="{}"/>').format(path)
