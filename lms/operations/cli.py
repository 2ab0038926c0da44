"""What an operator types: set up, serve, work, back up, restore, look after."""

import fcntl
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import click
from flask import Flask, current_app
from flask.cli import ScriptInfo, with_appcontext

from lms import audit as chain
from lms import db
from lms.i18n import _
from lms.operations import backup as backups
from lms.operations import doctor as doctors
from lms.operations import metrics, migrations, plan, server
from lms.operations import restore as restores
from lms.operations import worker as workers
from lms.operations.archive import Manifest
from lms.settings import Settings
from lms.web.doorstep import Doorstep

File = click.Path(dir_okay=False, path_type=Path)


def _settings() -> Settings:
    return cast("Settings", current_app.config["SETTINGS"])


@click.command(epilog="Example: LMS_DATA=/srv/takwin lms init")
@with_appcontext
def init() -> None:
    """Create or upgrade the database, the folders and the keys. Safe to repeat, and to run on several machines at once."""
    settings = _settings()
    doctors.make_private(settings)
    with _alone(settings):
        with migrations.sole_writer() as connection:
            before = migrations.present(connection)
            migrations.upgrade(connection)
            after = migrations.present(connection)
        doctors.make_private(settings)
        for initialise in plan.plan().initialisers:
            initialise()
    if before == after:
        click.echo(_("The database is at revision %(revision)s already.", revision=after))
    else:
        click.echo(_("The database is now at revision %(revision)s.", revision=after))


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """One ``lms init`` of a data folder at a time."""
    handle = os.open(settings.data / "init.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _refuse_to_start(settings: Settings) -> None:
    """One sentence now is better than a page that fails for everybody."""
    for found in doctors.standing_in_the_way(settings):
        stopped = {"title": found.title, "detail": found.detail, "advice": found.advice}
        raise click.ClickException(_("%(title)s: %(detail)s. %(advice)s", **stopped))


@click.command(epilog="Example: lms serve --port 8000")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--workers", type=click.IntRange(1, 64), help="Web processes: 1 on SQLite, 2 on PostgreSQL, if not given."
)
@click.option(
    "--threads", default=8, show_default=True, type=click.IntRange(1, 64), help="Threads of each web process."
)
@click.option(
    "--with-worker/--without-worker", default=None,
    help="Run a worker beside the web processes and stop when it stops. With, in development; without, in production.",
)  # fmt: skip
@click.pass_obj
def serve(
    script: ScriptInfo, host: str, port: int, workers: int | None, threads: int, with_worker: bool | None
) -> None:
    """Serve the web pages, until SIGTERM: requests under way are given 30 seconds to end."""
    settings = _checked(script)
    count = workers or (1 if settings.database.startswith("sqlite") else 2)
    if count > 1:
        server.count_together(settings.data / "metrics")

    def web() -> None:
        make_app = _maker(script)
        server.serve(
            lambda: Doorstep(make_app(), metrics.observe_kept), host=host, port=port, workers=count, threads=threads
        )

    if with_worker is None:
        with_worker = not settings.is_production
    if with_worker:
        raise SystemExit(server.run_together(web, lambda: _work(_maker(script)(), threads=2)))
    web()


def _maker(script: ScriptInfo) -> Callable[[], Flask]:
    if script.create_app is None:
        raise click.ClickException("This command is part of lms and does not run by itself.")
    return script.create_app


def _checked(script: ScriptInfo) -> Settings:
    """The settings, once nothing stands in the way. The application made for that is thrown away: processes forked from
    this one must not share its connections."""
    app = _maker(script)()
    with app.app_context():
        settings = _settings()
        _refuse_to_start(settings)
        db.database().dispose()
    return settings


@click.command(epilog="Example: lms worker --threads 4")
@click.option(
    "--threads", default=2, show_default=True, type=click.IntRange(1, 32), help="Jobs that run at the same time."
)
@click.option("--until-idle", is_flag=True, help="Run what is due, then stop.")
@click.pass_obj
def worker(script: ScriptInfo, threads: int, until_idle: bool) -> None:
    """Run jobs, send mails and do what comes round, until SIGTERM: the present step of each job is finished first.

    Start as many as you like, on as many machines: each job is done once between them.
    """
    app = script.load_app()
    with app.app_context():
        _refuse_to_start(_settings())
        the_plan = plan.plan()
    if until_idle:
        click.echo(_("%(count)d jobs were run.", count=workers.work_until_idle(app, the_plan)))
    else:
        _work(app, threads=threads)


def _work(app: Flask, *, threads: int) -> None:
    with app.app_context():
        the_plan = plan.plan()
    with workers.stopped_by_signals() as stopping:
        workers.work(app, the_plan, stopping, threads=threads)


@click.command(epilog="Example: lms backup /var/backups/takwin-2026-11-23.tar.gz")
@click.argument("file", type=File)
@click.option(
    "--with-keys", is_flag=True, help="Put the private keys in too. Whoever has the file can then sign in our name."
)
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
@with_appcontext
def backup(file: Path, with_keys: bool, force: bool) -> None:
    """Write the database and the files, as they are at this moment, into one archive FILE (.tar.gz). Nothing has to stop.

    LMS_SECRET_KEY is never in it: keep it apart, since second factors cannot be read without it.
    """
    with _told(_("Backing up")) as told:
        manifest = backups.back_up(file.absolute(), _settings(), with_keys=with_keys, replace=force, told=told)
    click.echo(_summary(manifest))


@click.command(epilog="Example: lms restore /var/backups/takwin-2026-11-23.tar.gz")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Put the backup in place of what is there.")
@click.option("--verify", "only_verify", is_flag=True, help="Check that the archive is whole, and change nothing.")
@with_appcontext
def restore(file: Path, force: bool, only_verify: bool) -> None:
    """Put the archive FILE back: database, files, and the keys if it holds them. Stop web and worker processes first.

    The archive is checked before anything is touched, and the database is replaced whole or not at all. For a rehearsal,
    set LMS_DATA to an empty folder and leave LMS_SMTP out, so that no mail goes out twice.
    """
    if only_verify:
        click.echo(_summary(restores.verify(file)))
        return
    with _told(_("Restoring")) as told:
        manifest = restores.restore(file, _settings().data, force=force, told=told)
    click.echo(_summary(manifest))
    for broken in restores.breaks_after(manifest):
        raise click.ClickException(_("The audit trail was broken when it was backed up: row %(seq)d.", seq=broken.seq))


@contextmanager
def _told(label: str) -> Iterator[Callable[[str], None]]:
    """A line on a terminal that says what is being done; nothing where nobody looks."""
    width = os.get_terminal_size(sys.stderr.fileno()).columns - 1 if sys.stderr.isatty() else 0

    def tell(name: str) -> None:
        if width:
            click.echo(f"\r\033[K{label}: {name}"[:width], nl=False, err=True)

    yield tell
    if width:
        click.echo("\r\033[K", nl=False, err=True)


def _summary(manifest: Manifest) -> str:
    return _(
        "Rows: %(rows)d in %(tables)d tables; files: %(files)d; keys: %(keys)s; made at %(moment)s.",
        rows=sum(manifest.rows.values()), tables=len(manifest.rows), files=manifest.files,
        keys=_("yes") if manifest.has_keys else _("no"), moment=manifest.made_at,
    )  # fmt: skip


@click.command(epilog="Example: lms doctor --json")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@with_appcontext
def doctor(as_json: bool) -> None:
    """Examine this installation and say what to do about what is wrong. The exit status is 1 when something is."""
    findings = []
    for found in doctors.examine(_settings()):
        findings.append(found)
        if not as_json:
            line = _("%(title)s: %(detail)s", title=found.title, detail=found.detail)
            click.echo(f"{'✓' if found.is_well else '✗'} {line}")
            if found.advice:
                click.echo(f"    → {found.advice}")
    if as_json:
        click.echo(
            json.dumps([vars(found) | {"is_well": found.is_well} for found in findings], ensure_ascii=False, indent=1)
        )
    if not all(found.is_well for found in findings):
        raise SystemExit(1)


@click.group()
def audit() -> None:
    """Verify the audit trail, and take anchors of it."""


@audit.command(epilog="Example: lms audit head >> /mnt/elsewhere/anchors.txt")
@with_appcontext
def head() -> None:
    """Print the last row's number and hash, SEQ:HASH: an anchor to keep outside this machine."""
    with db.reading() as session:
        seq, hash_ = chain.head(session)
    click.echo(f"{seq}:{hash_}")


@audit.command(epilog="Example: lms audit verify --anchor 1204:9f3c…")
@click.option(
    "--anchor", metavar="SEQ:HASH", help="What `lms audit head` printed earlier: a tail cut since then shows."
)
@with_appcontext
def verify(anchor: str | None) -> None:
    """Walk the audit trail and print each row that was changed, removed or moved. The exit status is then 1."""
    known = None if anchor is None else _anchor(anchor)
    with db.reading():
        breaks = list(chain.verify(known))
        count = chain.count()
    for broken in breaks:
        click.echo(_("Row %(seq)d: %(problem)s.", seq=broken.seq, problem=broken.problem), err=True)
    if breaks:
        raise SystemExit(1)
    click.echo(_("The trail is whole: %(count)d rows.", count=count))


def _anchor(text: str) -> tuple[int, str]:
    seq, _colon, hash_ = text.strip().partition(":")
    if not (seq.isascii() and seq.isdecimal() and len(hash_) == len(chain.GENESIS)):
        raise click.BadParameter(_("An anchor is SEQ:HASH, as `lms audit head` prints it."), param_hint="--anchor")
    return int(seq), hash_


COMMANDS: tuple[click.Command, ...] = (init, serve, worker, backup, restore, doctor, audit)
