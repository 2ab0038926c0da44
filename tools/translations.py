"""Keep the catalogues in ``lms/translations`` true to the sentences in the code.

python -m tools.translations update    add new sentences, drop those no longer used
python -m tools.translations check     fail when one is missing, doubtful, unused or not updated

The source language is English, so ``update`` fills that catalogue itself. A further language begins with
its folder: ``mkdir lms/translations/ar``. Catalogues carry no line numbers and no dates: two branches that
each add a sentence merge.
"""

import io
import re
import sys
from collections.abc import Iterable
from copy import deepcopy
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "lms"
MAPPING = ROOT / "babel.cfg"
TRANSLATIONS = SOURCE / "translations"

SOURCE_LANGUAGE = "en"
ALWAYS = {"en", "fr"}
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "_n": (1, 2), "lazy": None}
TRANSLATOR_COMMENT = "Translators:"

PLACEHOLDER = re.compile(r"%%|%\(\w+\)[-#0 +]*[\d.]*[a-zA-Z]|%[sdifr]|\{[a-z_]\w*\}")


def update() -> int:
    template = extracted()
    for language in languages():
        path = catalogue_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(as_text(updated(stored(path, language), template)), encoding="utf-8")
    return 0


def check() -> int:
    template = extracted()
    problems = 0
    for language in languages():
        path = catalogue_path(language)
        for problem in problems_of(path, language, template):
            print(f"{path.relative_to(ROOT)}: {problem}")
            problems += 1
    if problems:
        print(f"\n{problems} to mend; `./check fix` brings the catalogues up to date with the code.")
    return 1 if problems else 0


def languages() -> list[str]:
    begun = {path.name for path in TRANSLATIONS.glob("*") if path.is_dir()}
    return sorted(begun | ALWAYS)


def catalogue_path(language: str) -> Path:
    return TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"


def extracted() -> Catalog:
    """Every sentence of the code and the templates."""
    with MAPPING.open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    template = Catalog()
    for name, _, message, comments, context in extract_from_dir(
        SOURCE, methods, options, KEYWORDS, [TRANSLATOR_COMMENT], strip_comment_tags=True
    ):
        place = (SOURCE / name).relative_to(ROOT).as_posix()
        template.add(message, None, [(place, 0)], auto_comments=comments, context=context)
    return template


def stored(path: Path, language: str) -> Catalog:
    if not path.is_file():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def updated(catalogue: Catalog, template: Catalog) -> Catalog:
    """The same catalogue, with the sentences of the template and no others."""
    # No guesses: one from a similar sentence reads well and means something else.
    # A copy: the catalogue takes the template's messages over as its own.
    catalogue.update(deepcopy(template), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    if str(catalogue.locale) == SOURCE_LANGUAGE:
        for message in sentences(catalogue):
            message.string = message.id
            message.flags.discard("fuzzy")
    return catalogue


def as_text(catalogue: Catalog) -> str:
    written = io.BytesIO()
    write_po(written, catalogue, width=110, omit_header=True, sort_output=True, include_lineno=False)
    language = str(catalogue.locale_identifier)
    header = (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {language}\\n"\n'
        f'"Plural-Forms: {get_plural(language).plural_forms}\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n\n'
    )
    return header + written.getvalue().decode().rstrip("\n") + "\n"


def problems_of(path: Path, language: str, template: Catalog) -> Iterable[str]:
    if not path.is_file():
        yield "missing"
        return
    catalogue = stored(path, language)
    for message in sentences(catalogue):
        sentence = source_of(message)
        if message.fuzzy:
            yield f"marked as doubtful (fuzzy): {sentence!r}"
        if not all(translations_of(message)):
            yield f"not translated: {sentence!r}"
        elif not has_same_placeholders(message):
            yield f"other placeholders than in: {sentence!r}"
    for obsolete in catalogue.obsolete.values():
        yield f"no longer used: {source_of(obsolete)!r}"
    if path.read_text(encoding="utf-8") != as_text(updated(catalogue, template)):
        yield "not up to date with the code"


def sentences(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def source_of(message: Message) -> str:
    return sources_of(message)[0]


def sources_of(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def translations_of(message: Message) -> tuple[str, ...]:
    if isinstance(message.string, str):
        return (message.string,)
    return tuple(form or "" for form in message.string or ("",))


def has_same_placeholders(message: Message) -> bool:
    """A plural form may leave out what one of the source's forms leaves out: "one person"."""
    offered = [placeholders(source) for source in sources_of(message)]
    needed, allowed = set.intersection(*offered), set.union(*offered)
    return all(needed <= placeholders(form) <= allowed for form in translations_of(message))


def placeholders(sentence: str) -> set[str]:
    return set(PLACEHOLDER.findall(sentence)) - {"%%"}


def main(arguments: list[str]) -> int:
    match arguments:
        case ["update"]:
            return update()
        case ["check"]:
            return check()
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
