"""``lms certificates …``: issue, check and end certificates, and look after the keys that seal them."""

import hashlib
import json
import sys
from pathlib import Path

import click
from flask.cli import with_appcontext

from lms import db
from lms.clock import now, today
from lms.credentials import code as codes
from lms.credentials import queries, services, verdict, wording
from lms.credentials.pki import root_fingerprint
from lms.credentials.states import RevocationReason
from lms.credentials.verdict import Answer, Document
from lms.i18n import _
from lms.permissions import INSTITUTE


def initialise() -> None:
    """For ``lms init``: the authority and the first key."""
    with db.transaction():
        services.prepare_keys()


@click.group()
def certificates() -> None:
    """Issue, check and end certificates, and look after the keys that seal them."""


@certificates.command(epilog="Example: lms certificates issue DEV-F-2026-1")
@click.argument("cohort_code", metavar="COHORT")
@with_appcontext
def issue(cohort_code: str) -> None:
    """Decide a certificate for everybody in COHORT who may have one and has none; a worker then draws and seals them.

    Says who may not yet, and why. Running it again does nothing twice.
    """
    with db.reading():
        waiting = queries.without_certificate(queries.cohort_id_of(cohort_code))
    decided = 0
    with click.progressbar(waiting, label=_("Certificates"), file=sys.stderr) as rows:
        for row in rows:
            try:
                with db.transaction():
                    services.issue_certificate(row.enrolment_id, by=INSTITUTE)
                decided += 1
            except services.NotEligible as refusal:
                click.echo(f"{row.given_name} {row.family_name}: {refusal}", err=True)
    click.echo(_("%(count)d certificates were decided; they are sealed as soon as a worker runs.", count=decided))


@certificates.command(epilog="Example: lms certificates verify K7MQ-4T9X-WB2R-J --json")
@click.argument("what", metavar="FILE|CODE")
@click.option("--json", "as_json", is_flag=True, help="Print the whole verdict as JSON.")
@with_appcontext
def verify(what: str, as_json: bool) -> None:
    """Check a certificate by its CODE, or a PDF FILE by its bytes, its seal and the record.

    The exit status is 0 when it is authentic and in force today, 1 when it is not.
    """
    answer = _verdict_on(what)
    if as_json:
        click.echo(json.dumps(wording.verdict_object(answer), ensure_ascii=False, indent=1))
    else:
        if answer.document is not None:
            click.echo(wording.document_sentence(answer.document))
        click.echo(wording.sentence(answer))
        click.echo(wording.advice(answer))
    if not answer.is_current:
        raise SystemExit(1)


def _verdict_on(what: str) -> Answer:
    path = Path(what)
    if path.is_file():
        return _verdict_on_file(path.read_bytes())
    try:
        wanted = codes.parse(what)
    except codes.Mistyped:
        return verdict.mistyped(now())
    with db.reading():
        return verdict.answer(queries.certificate_by_code(wanted), today(), now())


def _verdict_on_file(content: bytes) -> Answer:
    """The very bytes we stored, or else what the seal and the page say."""
    from lms.credentials.examination import Finding, OurKey, examine  # not in web processes: it loads pyHanko

    with db.reading():
        known = queries.file_by_digest(hashlib.sha256(content).hexdigest())
        keys = {key.fingerprint: OurKey(key.chain, key.compromised_at is not None) for key in queries.signing_keys()}
    finding = Finding(Document.ORIGINAL, known.code) if known else examine(content, keys)
    with db.reading():
        record = queries.certificate_by_code(finding.code) if finding.code else None
        return verdict.answer_for_file(finding.document, record, today(), now())


@certificates.command(
    epilog="Example: lms certificates revoke K7MQ-4T9X-WB2R-J --reason our_error --note 'Wrong person'"
)
@click.argument("code")
@click.option(
    "--reason",
    required=True,
    type=click.Choice([reason.value for reason in RevocationReason]),
    help="What everybody may read.",
)
@click.option("--note", required=True, help="Why, for the record; never public.")
@with_appcontext
def revoke(code: str, reason: RevocationReason, note: str) -> None:
    """Revoke the certificate with this CODE, for good: whoever checks it reads so at once."""
    try:
        wanted = codes.parse(code)
    except codes.Mistyped:
        raise click.ClickException(wording.sentence(verdict.mistyped(now()))) from None
    with db.transaction():
        services.revoke(queries.id_of(wanted), reason=reason, note=note, by=INSTITUTE)
    click.echo(_("%(code)s is revoked.", code=codes.printed(wanted)))


@certificates.group()
def keys() -> None:
    """List the keys that seal certificates, and change to a new one."""


@keys.command("list", epilog="Example: lms certificates keys list")
@with_appcontext
def list_keys() -> None:
    """All keys there ever were, newest first, with the fingerprint of their certificate; then that of the root."""
    with db.reading():
        every, active = queries.signing_keys(), queries.active_key()
    for key in every:
        standing = _("withdrawn") if key.compromised_at else _("retired") if key.retired_at else _("in use")
        click.echo(f"{key.fingerprint}  {key.algorithm}  {key.active_from:%Y-%m-%d}  {standing}")
    if active is not None:
        click.echo(_("The root that employers may trust: %(fingerprint)s", fingerprint=root_fingerprint(active.chain)))


@keys.command(epilog="Example: lms certificates keys rotate")
@with_appcontext
def rotate() -> None:
    """Seal with a new key from now on. What older keys sealed stays good and is checked with them."""
    with db.transaction():
        key = services.rotate_key(by=INSTITUTE)
    click.echo(key.fingerprint)
