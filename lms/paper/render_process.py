"""The process that turns pages into PDF: a child of the worker, the only place where WeasyPrint is loaded.

It runs as a plain file (``python -P render_process.py``), not as a module of the package: the application, with its
settings and its database, is not even imported here. It reads fonts once, then gives up the network, other programs and
writing; memory and processor time are limited. Messages are JSON behind four bytes of length: first the fonts, then
stationery and pages; each answer is one byte (``+`` a PDF, ``-`` a reason in words) behind its length.
"""

import json
import os
import resource
import socket
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pydyf
import weasyprint
from weasyprint.pdf import tags
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

MEGABYTE = 1024 * 1024
MOST_MEMORY = 1536 * MEGABYTE
MOST_FILE = 8 * MEGABYTE
MOST_SECONDS_A_SHEET = 20
MOST_SECONDS_A_DOCUMENT = 240
MOST_SECONDS = 1200
MOST_MESSAGE = 16 * MEGABYTE
FORBIDDEN = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system", "ctypes.dlopen")
TAGGED_BY = (70, 0)  # the WeasyPrint whose structure tree ``_keep_languages`` knows

_UA = """<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI><pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 the file conforms to</pdfaProperty:description></rdf:li></rdf:Seq>
</pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
</rdf:RDF>"""


class OnlyOurs(URLFetcher):  # type: ignore[misc]
    """Serves ``app:<name>`` out of one table; every other address is refused."""

    def __init__(self, table: dict[str, bytes]) -> None:
        super().__init__(allowed_protocols=["app"], allow_redirects=False)
        self._table = table

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        name = url.removeprefix("app:")
        if not url.startswith("app:") or name not in self._table:
            raise ValueError("not one of ours")
        return URLFetcherResponse(url, self._table[name])


class Paper:
    """Stationery, made ready once: the style parsed, the drawings compressed."""

    def __init__(self, said: dict[str, Any], fonts: FontConfiguration, fetcher: OnlyOurs) -> None:
        self.style = weasyprint.CSS(string=said["style"], font_config=fonts, url_fetcher=fetcher)
        self.most_pages: int | None = said["most_pages"]
        self.forms = [{**form, "stream": zlib.compress(form["operators"].encode(), 9)} for form in said["forms"]]


class Renderer:
    """Fonts, read once; stationery, as it comes; then page after page."""

    def __init__(self, setup: dict[str, Any]) -> None:
        self.fetcher = OnlyOurs({name: Path(path).read_bytes() for name, path in setup["fonts"].items()})
        self.fonts = FontConfiguration()
        # WeasyPrint writes the faces to files: they are declared now, before nothing may be written any more.
        weasyprint.CSS(string=setup["faces"], font_config=self.fonts, url_fetcher=self.fetcher)
        self.papers: dict[str, Paper] = {}

    def keep(self, said: dict[str, Any]) -> bytes:
        self.papers[said["name"]] = Paper(said, self.fonts, self.fetcher)
        return b"kept"

    def render(self, page: dict[str, Any]) -> bytes:
        """The first of ``pages`` (the same text, set ever closer) that fits on the sheets there are."""
        paper = self.papers[page["stationery"]]
        _limit_this_document(MOST_SECONDS_A_DOCUMENT if paper.most_pages is None else MOST_SECONDS_A_SHEET)
        for html in page["pages"]:
            document = weasyprint.HTML(string=html, url_fetcher=self.fetcher).render(
                font_config=self.fonts, stylesheets=[paper.style], pdf_variant="pdf/a-3a"
            )
            if paper.most_pages is None or len(document.pages) <= paper.most_pages:
                return self._write(document, paper, page)
        raise ValueError("the text does not fit on the page")

    def _write(self, document: Any, paper: Paper, page: dict[str, Any]) -> bytes:
        def finish(_document: object, pdf: pydyf.PDF) -> None:
            if paper.forms:
                _lay_under(pdf, paper.forms)
            _claim_universal_access(pdf)
            if page["seal_name"] is not None:
                _add_seal_field(pdf, page["seal_name"], page["seal_label"])

        written: bytes = document.write_pdf(
            finisher=finish, pdf_variant="pdf/a-3a", pdf_identifier=page["identifier"].encode()
        )
        return written


def _object(pdf: pydyf.PDF, reference: bytes | str) -> Any:
    text = reference.decode() if isinstance(reference, bytes) else reference
    return pdf.objects[int(text.split()[0])]


def _lay_under(pdf: pydyf.PDF, forms: list[dict[str, Any]]) -> None:
    """Put the ornament below the text, marked as decoration."""
    placed: dict[str, bytes] = {}
    for form in forms:
        extra = {
            "Type": "/XObject", "Subtype": "/Form", "BBox": pydyf.Array(form["box"]), "Filter": "/FlateDecode",
            "Resources": pydyf.Dictionary({"XObject": pydyf.Dictionary({name: placed[name] for name in form["uses"]})}),
        }  # fmt: skip
        stream = pydyf.Stream([form["stream"]], extra)
        pdf.add_object(stream)
        placed[form["name"]] = stream.reference
    ground = pydyf.Stream([b"/Artifact BMC q /Ornament Do Q EMC"])
    pdf.add_object(ground)
    page = _object(pdf, pdf.page_references[0])
    page["Contents"] = pydyf.Array([ground.reference, page["Contents"]])
    resources = _object(pdf, page["Resources"])
    resources["XObject"]["Ornament"] = placed[forms[-1]["name"]]


def _claim_universal_access(pdf: pydyf.PDF) -> None:
    """Say PDF/UA-1 beside PDF/A-3a, with the extension schema PDF/A wants for it. The packet stays readable: uncompressed."""
    metadata = _object(pdf, pdf.catalog["Metadata"])
    metadata.compress = False
    metadata.stream = [part.replace(b"</rdf:RDF>", _UA.encode()) for part in metadata.stream]


def _add_seal_field(pdf: pydyf.PDF, name: str, label: str) -> None:
    """An invisible signature field that is part of the structure tree, so that sealing adds nothing untagged."""
    root = _object(pdf, pdf.catalog["StructTreeRoot"])
    numbers = _object(pdf, root["ParentTree"])["Nums"]
    page_reference = pdf.page_references[0]
    field = pydyf.Dictionary({
        "Type": "/Annot", "Subtype": "/Widget", "FT": "/Sig", "T": pydyf.String(name), "TU": pydyf.String(label),
        "Rect": pydyf.Array([0, 0, 0, 0]), "F": 132, "P": page_reference, "StructParent": len(numbers) // 2,
    })  # fmt: skip
    pdf.add_object(field)
    link = pydyf.Dictionary({"Type": "/OBJR", "Obj": field.reference, "Pg": page_reference})
    pdf.add_object(link)
    document = _object(pdf, root["K"][0])
    element = pydyf.Dictionary({
        "Type": "/StructElem", "S": "/Form", "P": document.reference, "Pg": page_reference, "Alt": pydyf.String(label),
        "K": pydyf.Array([link.reference]),
    })  # fmt: skip
    pdf.add_object(element)
    document["K"].append(element.reference)
    numbers.extend([len(numbers) // 2, element.reference])
    page = _object(pdf, page_reference)
    page["Annots"] = pydyf.Array([*page.get("Annots", []), field.reference])
    pdf.catalog["AcroForm"] = pydyf.Dictionary({"Fields": pydyf.Array([field.reference])})


def _keep_languages() -> None:
    """WeasyPrint leaves ``lang`` out of the structure tree; a screen reader then reads French as English."""
    if weasyprint.VERSION.split(".")[:1] != [str(TAGGED_BY[0])]:
        raise RuntimeError(f"check _keep_languages against WeasyPrint {weasyprint.VERSION}")
    build = tags._build_box_tree

    def with_language(box: Any, *rest: Any) -> Iterator[Any]:
        source = getattr(getattr(box, "_box", box), "element", None)
        language = getattr(source, "attrib", {}).get("lang")
        for element in build(box, *rest):
            if language and "Lang" not in element:
                element["Lang"] = pydyf.String(language)
            yield element

    tags._build_box_tree = with_language


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_FILE, MOST_FILE))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_this_document(seconds: int) -> None:
    spent = resource.getrusage(resource.RUSAGE_SELF)
    until = int(spent.ru_utime + spent.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (min(until, MOST_SECONDS), MOST_SECONDS))


def _lock() -> None:
    """From here on no network, no other program, no file written. An audit hook cannot be taken off again."""

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        if event.startswith(FORBIDDEN):
            raise PermissionError(event)
        if event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR):
            raise PermissionError(event)

    socket.socket = None  # type: ignore[assignment,misc]
    sys.addaudithook(refuse)


def _read(stream: BinaryIO) -> dict[str, Any] | None:
    head = stream.read(4)
    if len(head) < 4:
        return None
    length = int.from_bytes(head, "big")
    if length > MOST_MESSAGE:
        raise ValueError("message too long")
    message: dict[str, Any] = json.loads(stream.read(length))
    return message


def _answer(stream: BinaryIO, mark: bytes, content: bytes) -> None:
    stream.write((len(content) + 1).to_bytes(4, "big") + mark + content)
    stream.flush()


def main() -> None:
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints goes to the log, never between two answers
    _limit()
    _keep_languages()
    setup = _read(sys.stdin.buffer)
    if setup is None:
        return
    renderer = Renderer(setup)
    _lock()
    _answer(answers, b"+", b"ready")
    while (message := _read(sys.stdin.buffer)) is not None:
        try:
            done = renderer.keep(message["stationery"]) if "stationery" in message else renderer.render(message["page"])
            _answer(answers, b"+", done)
        except (Exception, FatalURLFetchingError) as error:
            _answer(answers, b"-", f"{type(error).__name__}: {error}".encode())


if __name__ == "__main__":
    main()
