"""The audit chain: what was done to a row afterwards shows."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import delete, insert, select, text, update

from lms import audit, db
from lms.audit import GENESIS, AuditEvent, Break
from lms.permissions import INSTITUTE, Actor


def act(action: str = "cohort.opened", subject: str = "cohort:1") -> None:
    with db.transaction():
        audit.record(action, subject, by=INSTITUTE, reason="because")


def breaks(anchor: tuple[int, str] | None = None) -> list[Break]:
    with db.reading():
        return list(audit.verify(anchor))


def head() -> tuple[int, str]:
    with db.reading() as session:
        return audit.head(session)


def tamper(statement: str, **values: object) -> None:
    """Go behind the application's back, as somebody with the database in their hands would."""
    with db.database().writer.begin() as connection:
        connection.execute(text(statement), values)


@pytest.mark.usefixtures("fresh")
class TestRecord:
    def test_chains_each_act_to_the_one_before(self) -> None:
        act()
        act()

        with db.reading() as session:
            first, second = session.scalars(select(AuditEvent).order_by(AuditEvent.seq)).all()
        assert (first.seq, first.previous) == (1, GENESIS)
        assert (second.seq, second.previous) == (2, first.hash)

    def test_keeps_several_acts_of_one_transaction_in_order(self) -> None:
        with db.transaction():
            audit.record("first", "cohort:1", by=INSTITUTE)
            audit.record("second", "cohort:1", by=Actor(None, ""))

        with db.reading() as session:
            assert session.scalars(select(AuditEvent.action).order_by(AuditEvent.seq)).all() == ["first", "second"]
        assert breaks() == []

    def test_forgets_what_did_not_happen(self) -> None:
        def act_and_fail() -> None:
            with db.transaction():
                audit.record("cohort.opened", "cohort:1", by=INSTITUTE)
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            act_and_fail()

        assert head() == (0, GENESIS)

    def test_refuses_to_change_what_it_wrote(self) -> None:
        act()

        with pytest.raises(RuntimeError, match="never changed"), db.transaction() as session:
            session.get_one(AuditEvent, 1).action = "nothing.happened"

    def test_refuses_to_delete_what_it_wrote(self) -> None:
        act()

        with pytest.raises(RuntimeError, match="never changed"), db.transaction() as session:
            session.delete(session.get_one(AuditEvent, 1))

    def test_never_forks_the_chain(self) -> None:
        ready = Barrier(4)

        def write(number: int) -> None:
            ready.wait()
            for turn in range(15):
                act(subject=f"cohort:{number * 100 + turn}")

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(write, range(4)))

        assert head()[0] == 60
        assert breaks() == []


@pytest.mark.usefixtures("fresh")
class TestVerify:
    @pytest.fixture(autouse=True)
    def five_acts(self, fresh: object) -> None:
        for number in range(1, 6):
            act(subject=f"cohort:{number}")

    def test_finds_nothing_wrong_with_what_was_left_alone(self) -> None:
        assert breaks(head()) == []

    @pytest.mark.parametrize(
        "change",
        [
            "action = 'nothing'", "subject = 'cohort:9'", "actor_id = 7", "cohort_id = 7", "detail = '{}'",
            "at = '2026-01-01 00:00:00'",
        ],
    )  # fmt: skip
    def test_finds_a_row_that_was_edited(self, change: str) -> None:
        tamper(f"UPDATE audit_events SET {change} WHERE seq = 3")  # noqa: S608 - our own words

        assert breaks() == [Break(3, "was changed")]

    def test_finds_an_edit_sealed_anew(self) -> None:
        with db.reading() as session:
            row = session.get_one(AuditEvent, 3)
        row.action = "nothing"
        tamper("UPDATE audit_events SET action = 'nothing', hash = :hash WHERE seq = 3", hash=row.digest())

        assert breaks() == [Break(4, "does not follow the one before")]

    def test_finds_a_row_that_was_removed(self) -> None:
        tamper("DELETE FROM audit_events WHERE seq = 3")

        assert breaks() == [Break(3, "missing")]

    def test_finds_rows_that_changed_places(self) -> None:
        tamper("UPDATE audit_events SET seq = 99 WHERE seq = 2")
        tamper("UPDATE audit_events SET seq = 2 WHERE seq = 3")
        tamper("UPDATE audit_events SET seq = 3 WHERE seq = 99")

        assert {broken.seq for broken in breaks()} >= {2, 3}

    def test_finds_a_row_that_was_put_in(self) -> None:
        with db.reading() as session:
            last = session.execute(select(AuditEvent.__table__).where(AuditEvent.seq == 5)).one()
        with db.database().writer.begin() as connection:
            connection.execute(insert(AuditEvent), [{**last._mapping, "seq": 6, "action": "nothing", "hash": "f" * 64}])

        assert Break(6, "was changed") in breaks()

    def test_finds_a_tail_that_was_cut_by_the_anchor_only(self) -> None:
        anchor = head()
        tamper("DELETE FROM audit_events WHERE seq > 3")

        assert breaks() == []
        assert breaks(anchor) == [Break(4, "the tail is missing")]

    def test_finds_a_chain_rewritten_from_the_start(self) -> None:
        anchor = head()
        with db.database().writer.begin() as connection:
            connection.execute(delete(AuditEvent))
        for _number in range(5):
            act("nothing.happened")

        assert breaks() == []
        assert breaks(anchor) == [Break(5, "differs from the anchor")]

    def test_holds_over_both_ways_a_moment_is_written(self) -> None:
        """A digest is of the instant, not of how the database spells it."""
        with db.reading() as session:
            event = session.get_one(AuditEvent, 1)
        with db.database().writer.begin() as connection:
            connection.execute(update(AuditEvent).where(AuditEvent.seq == 1).values(at=event.at))

        assert breaks() == []
