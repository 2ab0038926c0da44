"""Anybody checks a certificate: no account, no cookie, no name to search by. And the authority's own certificates."""

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from flask import Response, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms import db
from lms.accounts import throttle
from lms.clock import now, today
from lms.credentials import code as codes
from lms.credentials import queries, verdict, wording
from lms.credentials.verdict import Answer, Status, Verdict
from lms.credentials.views import bp
from lms.errors import Missing, TooMany
from lms.i18n import _n
from lms.settings import LOCALES
from lms.web.access import PUBLIC, allow
from lms.web.requests import client_block, wants_json

LONGEST = 60
CERTIFICATE = "application/pkix-cert"
TONES = {
    Status.VALID: ("valid", "patch-check"), Status.REVOKED: ("refused", "x-circle"), Status.SUSPENDED: ("refused", "x-circle"),
}  # fmt: skip
ATTENTION = ("attention", "exclamation-triangle")
NOTHING = ("refused", "question-circle")


@bp.get("/v/")
@allow(PUBLIC)
def check() -> ResponseReturnValue:
    """The form, and where it leads: a code that is well formed has a page of its own."""
    typed = request.args.get("code", "").strip()[:LONGEST]
    if not typed:
        return _unlisted(render_template("credentials/check.html", **_page(url_for(".check"))))
    try:
        return redirect(url_for(".verify", code=codes.printed(codes.parse(typed)), lang=_chosen_language()), 303)
    except codes.Mistyped:
        return _answered(verdict.mistyped(now()), typed, url_for(".check", code=typed))


@bp.get("/v/<code>")
@allow(PUBLIC)
def verify(code: str) -> ResponseReturnValue:
    here = url_for(".verify", code=code[:LONGEST])
    try:
        wanted = codes.parse(code)
    except codes.Mistyped:
        return _answered(verdict.mistyped(now()), code[:LONGEST], here)
    _refuse_guessing()
    answer = verdict.answer(queries.certificate_by_code(wanted), today(), now())
    if answer.verdict is Verdict.UNKNOWN:
        with db.transaction():  # apart from the request, which only reads
            throttle.count(throttle.CHECK_MISSES, "check", client_block())
    return _answered(answer, codes.printed(wanted), here)


def _refuse_guessing() -> None:
    """Codes nobody has were tried too often from here; ones mistyped are not counted, so this takes some doing."""
    try:
        throttle.refuse_when_spent(throttle.CHECK_MISSES, "check", client_block())
    except TooMany as refusal:
        minutes = -(-refusal.retry_after // 60)
        words = _n(
            "Too many tries. Try again in %(num)d minute.", "Too many tries. Try again in %(num)d minutes.", minutes
        )
        raise TooMany(words, retry_after=refusal.retry_after) from None


def _answered(answer: Answer, typed: str, here: str) -> Response:
    if wants_json():
        return _unlisted(jsonify(wording.verdict_object(answer)))
    tone, picture = NOTHING if answer.status is None else TONES.get(answer.status, ATTENTION)
    if answer.verdict is Verdict.MISTYPED:
        tone, picture = ATTENTION
    page = {"answer": answer, "typed": typed, "tone": tone, "picture": picture, "words": wording, **_page(here)}
    return _unlisted(render_template("credentials/verify.html", **page))


def _page(here: str) -> dict[str, object]:
    """``alternates``: this page in each language, for browsers and readers who look for theirs."""
    mark = "&" if "?" in here else "?"
    return {"alternates": [(locale, f"{here}{mark}lang={locale}") for locale in LOCALES]}


def _chosen_language() -> str | None:
    chosen = request.args.get("lang")
    return chosen if chosen in LOCALES else None


def _unlisted(content: Response | str) -> Response:
    response = make_response(content)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.vary.update(("Accept", "Accept-Language"))
    return response


@bp.get("/pki/root.crt")
@allow(PUBLIC)
def root_certificate() -> ResponseReturnValue:
    """The authority to trust; its fingerprint is printed in the guide for those who check."""
    return _authority(-1)


@bp.get("/pki/ca.crt")
@allow(PUBLIC)
def ca_certificate() -> ResponseReturnValue:
    return _authority(-2)


def _authority(place: int) -> Response:
    key = queries.active_key()
    if key is None:
        raise Missing
    certificate = x509.load_pem_x509_certificates(key.chain.encode())[place]
    response = Response(certificate.public_bytes(Encoding.DER), content_type=CERTIFICATE)
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response
