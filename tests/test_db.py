"""The frames, the write gate, the column types, the migrations, and the day the database is away."""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from multiprocessing import get_context
from threading import Barrier
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as some
from sqlalchemy import (
    Column,
    Engine,
    Integer,
    MetaData,
    Table,
    bindparam,
    create_engine,
    event,
    insert,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.exc import OperationalError, StatementError

from lms import db
from lms.accounts.models import User
from lms.db import Hundredths, UTCDateTime
from lms.notifications.models import Preference
from lms.operations import migrations
from lms.settings import Settings
from tests.databases import connected
from tests.factories import make_user

on_sqlite = pytest.mark.skipif("LMS_TEST_DATABASE" in os.environ, reason="the gate is SQLite's")


def write_and_fail() -> None:
    with db.transaction():
        make_user()
        raise ZeroDivisionError


@pytest.mark.usefixtures("fresh")
class TestTransaction:
    def test_keeps_all_of_it(self) -> None:
        with db.transaction():
            user_id = make_user().id

        with db.reading() as session:
            assert session.get(User, user_id) is not None

    def test_keeps_nothing_when_it_fails(self) -> None:
        with pytest.raises(ZeroDivisionError):
            write_and_fail()

        with db.reading() as session:
            assert session.scalars(select(User)).all() == []

    def test_refuses_to_stand_inside_another(self) -> None:
        with db.transaction(), pytest.raises(RuntimeError, match="inside a transaction"), db.transaction():
            pass

    def test_may_stand_inside_a_reading_frame(self) -> None:
        with db.reading() as outer:
            with db.transaction():
                make_user()
            outer.rollback()
            assert len(outer.scalars(select(User)).all()) == 1

    def test_lets_the_next_one_in_after_a_failure(self) -> None:
        for _try in range(3):
            with pytest.raises(ZeroDivisionError):
                write_and_fail()
        with db.transaction():
            make_user()

    def test_has_no_session_outside(self) -> None:
        with pytest.raises(RuntimeError, match="no frame"):
            db.session()


@pytest.mark.usefixtures("fresh")
class TestReading:
    def test_refuses_new_rows(self) -> None:
        with db.reading(), pytest.raises(RuntimeError, match="never writes"):
            make_user()

    def test_refuses_changes(self) -> None:
        with db.transaction():
            user_id = make_user().id

        with db.reading() as session:
            session.get_one(User, user_id).given_name = "Other"
            with pytest.raises(RuntimeError, match="never writes"):
                session.flush()


def _count_up(address: str, turns: int) -> None:
    """Read, then write what was read plus one: what is lost without a rule about who writes when."""
    db.connect(db.Database(address))
    row = select(counts.c.value).where(counts.c.id == 1).with_for_update()  # SQLite leaves this out: it has the gate
    for _turn in range(turns):
        with db.transaction() as session:
            value = session.execute(row).scalar_one()
            session.execute(update(counts).where(counts.c.id == 1).values(value=value + 1))


counts = Table("counts", MetaData(), Column("id", Integer, primary_key=True), Column("value", Integer))


@pytest.fixture
def counter(fresh: Flask, settings: Settings) -> Iterator[Engine]:
    engine = create_engine(settings.database)
    counts.create(engine)
    with engine.begin() as connection:
        connection.execute(insert(counts).values(id=1, value=0))
    yield engine
    counts.drop(engine)
    engine.dispose()


class TestWriteGate:
    def test_lets_eight_processes_write_and_loses_nothing(self, counter: Engine, settings: Settings) -> None:
        fork = get_context("fork")
        writers = [fork.Process(target=_count_up, args=(settings.database, 25)) for _number in range(8)]

        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join(60)

        assert [writer.exitcode for writer in writers] == [0] * 8
        with counter.connect() as connection:
            assert connection.execute(select(counts.c.value)).scalar_one() == 200

    def test_lets_eight_threads_take_turns(self, fresh: Flask) -> None:
        ready, turns = Barrier(8), Counter[int]()

        def write(number: int) -> float:
            ready.wait()
            longest = 0.0
            for _turn in range(10):
                started = time.perf_counter()
                with db.transaction():
                    make_user()
                longest = max(longest, time.perf_counter() - started)
                turns[number] += 1
            return longest

        with ThreadPoolExecutor(8) as pool:
            waits = list(pool.map(write, range(8)))

        assert turns == Counter(dict.fromkeys(range(8), 10))
        assert max(waits) < 5  # where one starves, it is for the five seconds of SQLite's own patience

    @on_sqlite
    def test_is_free_again_when_its_holder_is_killed(self, fresh: Flask, settings: Settings) -> None:
        fork = get_context("fork")
        reached = fork.Event()
        holder = fork.Process(target=_hold_the_gate, args=(settings.database, reached))
        holder.start()
        assert reached.wait(10)

        holder.kill()
        holder.join()

        with db.transaction():
            make_user()
        with db.reading() as session:
            assert len(session.scalars(select(User)).all()) == 1

    @on_sqlite
    def test_keeps_readers_reading(self, fresh: Flask) -> None:
        with db.transaction():
            make_user()
        with ThreadPoolExecutor(1) as pool, db.transaction():
            make_user()
            seen = pool.submit(_count_users).result(timeout=5)

        assert seen == 1


def _hold_the_gate(address: str, reached: Any) -> None:
    db.connect(db.Database(address))
    with db.transaction():
        make_user("Left", "Behind")
        reached.set()
        time.sleep(60)


def _count_users() -> int:
    with db.reading() as session:
        return len(session.scalars(select(User)).all())


moments = some.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2200, 1, 1), timezones=some.just(UTC))  # noqa: DTZ001
marks = some.integers(-(10**9), 10**9).map(lambda hundredths: Decimal(hundredths).scaleb(-2))
scratch = Table(
    "scratch",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("at", UTCDateTime),
    Column("mark", Hundredths),
)


@pytest.fixture(scope="class")
def kept(app: Flask) -> Iterator[Callable[..., tuple[Any, Any]]]:
    """Write values and read them back."""
    engine = db.database().writer
    scratch.create(engine)

    def keep(*, at: datetime | None = None, mark: Decimal | None = None) -> tuple[Any, Any]:
        with engine.begin() as connection:
            key = connection.execute(insert(scratch).values(at=at, mark=mark)).inserted_primary_key
            row = connection.execute(select(scratch.c.at, scratch.c.mark).where(scratch.c.id == (key or [0])[0])).one()
            return row.at, row.mark

    yield keep
    scratch.drop(engine)


class TestColumnTypes:
    @given(at=moments)
    @examples(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_give_an_instant_back_as_it_was(self, kept: Callable[..., tuple[Any, Any]], at: datetime) -> None:
        returned, _mark = kept(at=at)

        assert returned == at
        assert returned.utcoffset() == timedelta(0)

    def test_turn_any_zone_into_utc(self, kept: Callable[..., tuple[Any, Any]]) -> None:
        summer = timezone(timedelta(hours=1))

        returned, _mark = kept(at=datetime(2026, 7, 1, 12, tzinfo=summer))

        assert returned == datetime(2026, 7, 1, 11, tzinfo=UTC)
        assert returned.tzinfo is UTC

    def test_refuse_an_instant_without_a_zone(self, kept: Callable[..., tuple[Any, Any]]) -> None:
        with pytest.raises(StatementError, match="naive datetime"):
            kept(at=datetime(2026, 7, 1))  # noqa: DTZ001 - the point

    @given(mark=marks)
    @examples(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_give_a_mark_back_to_the_hundredth(self, kept: Callable[..., tuple[Any, Any]], mark: Decimal) -> None:
        _at, returned = kept(mark=mark)

        assert returned == mark
        assert returned.as_tuple().exponent == -2

    def test_refuse_a_third_place(self, kept: Callable[..., tuple[Any, Any]]) -> None:
        with pytest.raises(StatementError, match="more than two decimal places"):
            kept(mark=Decimal("12.345"))

    def test_leave_nothing_as_nothing(self, kept: Callable[..., tuple[Any, Any]]) -> None:
        assert kept() == (None, None)


def checks_of(engine: Engine) -> dict[str, set[str | None]]:
    inspected = inspect(engine)
    return {
        table: {check["name"] for check in inspected.get_check_constraints(table)}
        for table in inspected.get_table_names()
        if table != "alembic_version"
    }


def upgrade() -> None:
    with migrations.sole_writer() as connection:
        migrations.upgrade(connection)


class TestMigrations:
    @pytest.mark.filterwarnings(
        "ignore:.*expression-based index", "ignore:Skipped unsupported reflection of expression"
    )
    def test_lead_to_the_tables_the_models_describe(self, blank: db.Database) -> None:
        upgrade()

        with blank.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, db.Base.metadata) == []

    def test_lead_to_the_same_checks_and_indexes(self, blank: db.Database, app: Flask, settings: Settings) -> None:
        """What Alembic does not compare: conditions, and indexes on expressions."""
        upgrade()
        created = create_engine(settings.database)

        assert checks_of(blank.engine) == checks_of(created)
        assert _index_texts(blank.engine) == _index_texts(created)
        created.dispose()

    def test_go_back_and_forth(self, blank: db.Database) -> None:
        upgrade()
        with migrations.sole_writer() as connection:
            migrations.downgrade(connection, "base")
        assert set(inspect(blank.engine).get_table_names()) <= {"alembic_version"}

        upgrade()

        with blank.engine.connect() as connection:
            assert migrations.present(connection) == migrations.newest()

    def test_are_safe_to_repeat(self, blank: db.Database) -> None:
        upgrade()
        upgrade()

        with blank.engine.connect() as connection:
            assert migrations.present(connection) == migrations.newest()

    def test_run_once_when_several_processes_start(self, blank: db.Database) -> None:
        address = blank.engine.url.render_as_string(hide_password=False)
        fork = get_context("fork")
        starting = [fork.Process(target=_upgrade_at, args=(address,)) for _number in range(3)]

        for process in starting:
            process.start()
        for process in starting:
            process.join(60)

        assert [process.exitcode for process in starting] == [0, 0, 0]

    def test_leave_nothing_behind_when_they_fail(self, blank: db.Database) -> None:
        def upgrade_and_fail() -> None:
            with migrations.sole_writer() as connection:
                migrations.upgrade(connection)
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            upgrade_and_fail()

        assert inspect(blank.engine).get_table_names() == []

    @on_sqlite
    def test_refuse_to_leave_a_reference_broken(self, blank: db.Database) -> None:
        upgrade()

        with pytest.raises(migrations.BrokenReferences), migrations.sole_writer() as connection:
            connection.execute(text("INSERT INTO recovery_codes (user_id, code_hash) VALUES (99, 'x')"))

        with blank.engine.connect() as connection:
            assert connection.execute(text("SELECT count(*) FROM recovery_codes")).scalar_one() == 0


def _upgrade_at(address: str) -> None:
    db.connect(db.Database(address))
    upgrade()


def _index_texts(engine: Engine) -> set[str]:
    query = {
        "sqlite": "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
        "postgresql": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'",
    }[engine.dialect.name]
    with engine.connect() as connection:
        return set(connection.execute(text(query)).scalars())


@pytest.fixture
def away(fresh: Flask, settings: Settings) -> Iterator[None]:
    """The database is not there."""
    nowhere = (
        "sqlite:////nowhere/all.sqlite"
        if settings.database.startswith("sqlite")
        else "postgresql+psycopg://x@/x?host=/nowhere"
    )
    with connected(db.Database(nowhere)):
        yield


@pytest.fixture
def browser(fresh: Flask, sign_in: Callable[[int], FlaskClient]) -> FlaskClient:
    with db.transaction():
        user_id = make_user(password_hash="set").id
    return sign_in(user_id)


class TestDatabaseAway:
    @pytest.mark.parametrize("path", ["/home", "/profile", "/jobs"])
    def test_is_told_calmly_to_those_signed_in(self, browser: FlaskClient, away: None, path: str) -> None:
        response = browser.get(path, headers={"Accept-Language": "en"})

        assert response.status_code == 503
        assert int(response.headers["Retry-After"]) > 0
        assert "Nothing was lost" in response.get_data(as_text=True)

    def test_is_told_calmly_to_strangers_who_sign_in(self, client: FlaskClient, away: None) -> None:
        response = client.post("/login", data={"email": "a@example.ma", "password": "some password"})

        assert response.status_code == 503

    def test_is_told_in_json_to_those_who_ask_for_it(self, browser: FlaskClient, away: None) -> None:
        response = browser.get("/home", headers={"Accept": "application/json"})

        assert (response.status_code, response.mimetype) == (503, "application/problem+json")

    def test_tells_nothing_of_the_inside(self, browser: FlaskClient, away: None) -> None:
        page = browser.get("/home").get_data(as_text=True)

        assert not [word for word in ("SELECT", "sqlite", "psycopg", "nowhere", "Traceback") if word in page]

    def test_is_over_when_it_is_back(self, browser: FlaskClient, request: pytest.FixtureRequest) -> None:
        here = db.database()
        request.getfixturevalue("away")
        assert browser.get("/profile").status_code == 503

        db.connect(here)

        assert browser.get("/profile").status_code == 200

    def test_is_told_when_it_goes_while_a_form_is_kept(self, browser: FlaskClient) -> None:
        """The commit fails after the view has answered."""

        def refuse(_connection: object) -> None:
            raise OperationalError("COMMIT", {}, ConnectionError("gone"))

        event.listen(db.database().engine, "commit", refuse)
        try:
            response = browser.post("/profile/notices", data={"work": "y"})
        finally:
            event.remove(db.database().engine, "commit", refuse)

        assert response.status_code == 503
        with db.reading() as session:
            assert session.scalars(select(Preference)).all() == []


class TestRead:
    """Statements built beforehand."""

    BY_EMAIL = select(User.id, User.email).where(User.email == bindparam("email"))

    def test_runs_the_statement_with_the_values_of_the_moment(self, frame: None) -> None:
        one, other = make_user(email="one@example.ma"), make_user(email="other@example.ma")

        assert db.read(self.BY_EMAIL, email="one@example.ma").one().id == one.id
        assert db.read(self.BY_EMAIL, email="other@example.ma").one().id == other.id

    def test_sees_what_the_writing_frame_has_added(self, frame: None) -> None:
        user = make_user(email="before@example.ma")
        user.email = "after@example.ma"

        assert db.read(self.BY_EMAIL, email="after@example.ma").one().id == user.id
