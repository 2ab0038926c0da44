"""The second wall: what may be in the HTML we show, whatever the Markdown parser let through."""

import re
from collections.abc import Callable, Collection

import nh3
from pygments.token import STANDARD_TYPES

from lms.markdown.dialect import BOXES, PICTURE, is_web_address

_PROSE = {"a", "blockquote", "br", "code", "em", "h2", "h3", "h4", "h5", "h6", "hr", "img", "li", "ol", "p", "pre"}
_PROSE |= {"aside", "details", "div", "section", "span", "strong", "summary", "sup", "ul"}
_TABLES = {"table", "tbody", "td", "th", "thead", "tr"}
_MATHS = {"math", "menclose", "mfenced", "mfrac", "mi", "mmultiscripts", "mn", "mo", "mover", "mpadded", "mphantom"}
_MATHS |= {"mprescripts", "mroot", "mrow", "mspace", "msqrt", "mstyle", "msub", "msubsup", "msup", "mtable", "mtd"}
_MATHS |= {"mtext", "mtr", "munder", "munderover", "none"}
_MATHS_ATTRIBUTES = {"accent", "columnalign", "columnlines", "depth", "display", "displaystyle", "fence", "form"}
_MATHS_ATTRIBUTES |= {"height", "largeop", "linethickness", "lspace", "mathcolor", "mathsize", "mathvariant"}
_MATHS_ATTRIBUTES |= {"maxsize", "minsize", "movablelimits", "notation", "rowlines", "rowspacing", "rspace"}
_MATHS_ATTRIBUTES |= {"scriptlevel", "separator", "stretchy", "voffset", "width"}

_ATTRIBUTES: dict[str, set[str]] = {
    "a": {"href", "id", "aria-label"},
    "div": {"aria-label", "tabindex", "role"},
    "aside": {"data-kind", "role"},
    "code": {"data-language"},
    "img": {"src", "alt"},
    "li": {"id"},
    "ol": {"start"},
    "pre": {"tabindex"},
    "section": {"aria-label", "role"},
    "span": {"aria-label", "role"},
    "th": {"scope"},
}
_ATTRIBUTES |= {f"h{level}": {"id"} for level in range(2, 7)}
_ATTRIBUTES |= dict.fromkeys(_MATHS, _MATHS_ATTRIBUTES)

_ALIGNED = {"align-left", "align-center", "align-right"}
_CLASSES: dict[str, set[str]] = {
    "a": {"footnote-back"},
    "aside": {"box", *(f"box-{kind}" for kind in BOXES)},
    "code": {"highlight"},
    "div": {"table-scroll", "maths", "video"},
    "li": {"task"},
    "p": {"box-title", "video-link"},
    "pre": {"code"},
    "section": {"footnotes"},
    "span": {"task-box", "video-length", *filter(None, STANDARD_TYPES.values())},
    "sup": {"footnote-ref"},
    "td": _ALIGNED,
    "th": _ALIGNED,
}

_ID = re.compile(r"[\w-]{1,200}")
_VALUES: dict[str, re.Pattern[str]] = {
    "id": _ID,
    "start": re.compile(r"[0-9]{1,9}"),
    "tabindex": re.compile("0"),
    "role": re.compile("note|img|group|doc-endnotes"),
    "scope": re.compile("col"),
    "data-kind": re.compile("|".join(BOXES)),
    "data-language": re.compile(r"[a-z0-9+#-]{1,30}"),
}
_MATHS_VALUE = re.compile(r"[\w.%+# -]{0,40}")


def _attribute(tag: str, name: str, value: str, pictures: Collection[str] | None) -> str | None:
    """The value if it may stay, ``None`` if the attribute goes."""
    if name == "href":
        return value if value.startswith("#") or is_web_address(value) else None
    if name == "src":
        known = value in pictures if pictures is not None else PICTURE.fullmatch(value)
        return value if known else None
    if tag in _MATHS:
        return value if _MATHS_VALUE.fullmatch(value) else None
    expected = _VALUES.get(name)
    return value if expected is None or expected.fullmatch(value) else None


def _cleaner(pictures: Collection[str] | None) -> nh3.Cleaner:
    keep: Callable[[str, str, str], str | None] = lambda tag, name, value: _attribute(tag, name, value, pictures)  # noqa: E731
    return nh3.Cleaner(
        tags=_PROSE | _TABLES | _MATHS,
        clean_content_tags={"script", "style"},
        attributes=_ATTRIBUTES,
        attribute_filter=keep,
        allowed_classes=_CLASSES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
    )


_FROM_MEDIA = _cleaner(None)


def clean(html: str, pictures: Collection[str] | None = None) -> str:
    """The HTML without anything unknown. ``pictures``: the addresses pictures may have; ``None``: ``media/…``."""
    return str((_FROM_MEDIA if pictures is None else _cleaner(pictures)).clean(html))
