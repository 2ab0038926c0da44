"""One database and one size of class, measured from an empty installation to the last certificate."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median

from sqlalchemy import select

from lms import db
from lms.assessment.models import Attempt
from lms.credentials import services as credentials
from lms.credentials.models import Certificate
from lms.permissions import INSTITUTE
from tools.bench import issuing, population
from tools.bench.installation import Installation, installed, process_of
from tools.bench.issuing import Issuing
from tools.bench.journeys import Journey, Journeys
from tools.bench.load import Figures, Request, put_under_load
from tools.bench.population import SIGNED_IN, Crowd, Person
from tools.bench.probe import Probe, WrongAnswer, probe
from tools.bench.servers import Running, nothing, processor_seconds_of, product

CLIENTS = (1, 8, 32)
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """How long to measure and with what. Each figure is the median of ``rounds``, the do-nothing page measured before each."""

    seconds: int = 3
    rounds: int = 3
    once: int = 150
    workers: int = 1
    threads: int = 8
    whole: bool = True
    only: str = ""


@dataclass
class Measured:
    """A journey's figures by number of clients, and the do-nothing page's of the same minute. ``memory``: MiB of the web
    processes afterwards."""

    journey: Journey
    probe: Probe
    memory: int = 0
    figures: dict[int, Figures] = field(default_factory=dict)
    nothing: dict[int, Figures] = field(default_factory=dict)

    def share(self, clients: int = 8) -> float:
        """Requests per second, of the do-nothing page's."""
        return self.figures[clients].per_second / self.nothing[clients].per_second

    def processor_share(self, clients: int = 8) -> float:
        """What one do-nothing page costs the processors, of what this costs. Hardly moved by other work on the machine."""
        return self.nothing[clients].processor / self.figures[clients].processor


@dataclass
class Case:
    """Everything measured on one database with one size of class. Memory in MiB."""

    database: str
    size: int
    measured: list[Measured] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    first_page: float = 0
    idle_memory: int = 0
    memory: int = 0
    issuing: Issuing | None = None

    @property
    def others(self) -> float:
        """The share of the machine that other work had, the median over all figures."""
        shares = [figures.others for one in self.measured for figures in (*one.figures.values(), *one.nothing.values())]
        return median(shares) if shares else 0.0


def measure(database: str, server: str | None, size: int, plan: Plan, tell: Tell) -> Case:
    """``server``: a PostgreSQL to make a database in; None: SQLite."""
    case = Case(database, size)
    postgres = None if server is None else process_of(server)
    spares = (plan.once + 1) * len(CLIENTS) + issuing.NEEDED
    tell(f"{database}, class of {size}: setting up")
    with installed(server) as installation:
        with installation.app.app_context():
            crowd = population.populate(size, spares=spares)
            certificates = _issue(installation, crowd.participants[:SIGNED_IN])
            with db.reading():
                journeys = Journeys(installation.app, crowd, certificates)
        with (
            product(installation.environment, plan.workers, plan.threads, installation.log) as ours,
            nothing(plan.workers, plan.threads, installation.log) as empty,
        ):
            case.first_page, case.idle_memory = ours.started_in, ours.memory()
            bench = _Bench(case, plan, installation, ours, empty, postgres, tell)
            for journey in journeys.repeatable():
                bench.run(journey)
            bench.run_once(journeys, crowd)
            case.memory = max(case.memory, ours.memory())
        if not plan.only or "certificates" in plan.only:
            tell("certificates")
            with installation.app.app_context(), db.transaction():
                population.award(crowd.spares[-issuing.NEEDED :], crowd.modules)
            people = crowd.spares[-issuing.NEEDED :]
            case.issuing = issuing.issue(installation, people, crowd.spare_cohort_id, whole=plan.whole)
    return case


def _issue(installation: Installation, people: Sequence[Person]) -> list[tuple[Person, db.Record]]:
    """A real certificate for each, with its sealed bytes."""
    with db.transaction():
        for person in people:
            credentials.issue_certificate(person.enrolment_id, by=INSTITUTE)
    installation.command("worker", "--until-idle")
    holders = {person.user_id: person for person in people}
    with db.reading() as session:
        rows = session.execute(select(Certificate.id, Certificate.code, Certificate.holder_id)).all()
    return [(holders[row.holder_id], row) for row in rows]


@dataclass
class _Bench:
    case: Case
    plan: Plan
    installation: Installation
    ours: Running
    empty: Running
    postgres: int | None
    tell: Tell

    def run(self, journey: Journey) -> Measured | None:
        if self.plan.only and self.plan.only not in journey.name:
            return None
        try:
            measured = Measured(journey, probe(self.installation.app, journey))
        except WrongAnswer as wrong:
            self.case.missing.append(str(wrong))
            self.tell(f"  {wrong}")
            return None
        for clients in CLIENTS:
            self._load(measured, journey.requests, clients)
        self._keep(measured)
        return measured

    def _keep(self, measured: Measured) -> None:
        measured.memory = self.ours.memory()
        self.case.measured.append(measured)
        self.case.memory = max(self.case.memory, measured.memory)
        self.tell(f"  {measured.journey.name}: {measured.figures[8].per_second:.0f}/s, {measured.share():.0%}")

    def _load(self, measured: Measured, requests: Sequence[Request], clients: int) -> None:
        once = measured.journey.once
        rounds = []
        for _round in range(1 if once else self.plan.rounds):
            empty = self._figures(self.empty, [Request("/")], clients, once=False)
            rounds.append((self._figures(self.ours, requests, clients, once=once), empty))
        rounds.sort(key=lambda pair: pair[0].per_second / pair[1].per_second)
        measured.figures[clients], measured.nothing[clients] = rounds[len(rounds) // 2]

    def _figures(self, server: Running, requests: Sequence[Request], clients: int, *, once: bool) -> Figures:
        return put_under_load(
            server.base, requests, clients=clients, seconds=self.plan.seconds, once=once, spent=server.processor_seconds,
            all_spent=self._all_spent,
        )  # fmt: skip

    def _all_spent(self) -> float:
        mine = (self.ours.pid, self.empty.pid, *((self.postgres,) if self.postgres else ()))
        return sum(processor_seconds_of(pid) for pid in mine)

    def run_once(self, journeys: Journeys, crowd: Crowd) -> None:
        """Starting, handing in and signing in: by other people for each number of clients."""
        groups = {
            clients: crowd.spares[place * (self.plan.once + 1) : (place + 1) * (self.plan.once + 1)]
            for place, clients in enumerate(CLIENTS)
        }
        self._each("quiz start", {clients: journeys.start(people) for clients, people in groups.items()})
        begun = {clients: self._begun(people) for clients, people in groups.items()}
        if all(begun.values()):
            self._each("submit and mark", {clients: journeys.submit(pairs) for clients, pairs in begun.items()})
        self._each("sign-in", {clients: journeys.sign_in(people) for clients, people in groups.items()})

    def _each(self, name: str, by_clients: dict[int, Journey]) -> None:
        """The last request of each is spent on probing."""
        if self.plan.only and self.plan.only not in name and not (self.plan.only == "submit" and "start" in name):
            return
        measured: Measured | None = None
        for clients, journey in by_clients.items():
            try:
                found = probe(self.installation.app, journey)
            except WrongAnswer as wrong:
                self.case.missing.append(str(wrong))
                self.tell(f"  {wrong}")
                return
            measured = measured or Measured(journey, found)
            self._load(measured, journey.requests[:-1], clients)
        if measured is not None:
            self._keep(measured)

    def _begun(self, people: Sequence[Person]) -> list[tuple[Person, int]]:
        """Who has an attempt open, with its answers in: all of its questions."""
        mine = {person.enrolment_id: person for person in people}
        with self.installation.app.app_context(), db.transaction() as session:
            rows = session.execute(
                select(Attempt.enrolment_id, Attempt.id, Attempt.layout).where(
                    Attempt.submitted_at.is_(None), Attempt.enrolment_id.in_(mine)
                )
            ).all()
            population.answer_all({row.id: row.layout for row in rows})
        return [(mine[row.enrolment_id], row.id) for row in rows]
