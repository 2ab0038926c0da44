"""``icon("award")`` in templates: one picture out of the sprite made at set-up, hidden from screen readers: words say it too."""

from functools import cache

from flask import Flask
from markupsafe import Markup

_SVG = Markup('<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>')


def init_app(app: Flask) -> None:
    sprite = app.jinja_env.globals["static"]("vendor/icons.svg")  # type: ignore[operator]
    app.jinja_env.globals["icon"] = cache(lambda name: _SVG.format(sprite, name))
