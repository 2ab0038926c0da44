"""The minutes of a ranking: how each rank came about, worded for paper (docs/rules.md §22)."""

from collections.abc import Mapping, Sequence

from lms.accounts.places import region_name
from lms.admissions import queries
from lms.admissions.lifecycle import SCORED, CriterionKind
from lms.admissions.models import Call, RankingRun
from lms.admissions.queries import minutes as reads
from lms.admissions.ranking import Outcome, Reason, TieBreak, least
from lms.admissions.wording import CRITERIA, OUTCOMES, REASONS, TIE_BREAKS
from lms.db import Record
from lms.i18n import _, in_language
from lms.paper.report import Column, PaperTable, Part, Report
from lms.web.filters import day, mark, moment

LINES = 200
"""Of the list, in one part: drawing takes about a tenth of a second for each."""


def minutes(run: RankingRun, track: Record, language: str, issuer: str, *, part: int, parts: int) -> Report:
    """One of the parts of a run's minutes for one track, worded in that language. Each says the rules; the last is signed."""
    call = queries.call(run.call_id)
    with in_language(language):
        kinds = [CriterionKind(kind) for kind in CriterionKind if kind in run.rules["points"]]
        title = _("Minutes of the selection")
        if parts > 1:
            title = _("Minutes of the selection, part %(part)d of %(parts)d", part=part, parts=parts)
        sections = [_rules_in_force(run, track, kinds), _list(run, track, kinds, part)]
        if part == parts:
            sections.append(_signatures())
        return Report(
            title=title, language=language, issuer=issuer, is_landscape=True, parts=sections,
            identifier=f"{call.code} · {track.cohort_code} · {run.digest[:16]} · {part}/{parts}",
            facts=_facts(call, run, track, call.title_fr if language == "fr" else call.title_en),
            notes=[
                _("The list follows from the facts, the rules and the seed alone: made again from them, it is the same."),
                _("Fingerprint of facts and rules (SHA-256): %(digest)s", digest=run.digest),
            ],
        )  # fmt: skip


def _facts(call: Call, run: RankingRun, track: Record, title: str) -> Sequence[tuple[str, str]]:
    places, waiting = run.rules["places"][str(track.id)]
    published = moment(run.published_at) if run.published_at else _("not published")
    return [
        (_("Call"), f"{call.code} – {title}"), (_("Cohort"), f"{track.cohort_code} – {track.name}"),
        (_("Open"), _("%(first)s to %(last)s", first=day(call.opens_on), last=day(call.closes_on))),
        (_("Places"), str(places)), (_("On the waiting list"), str(waiting)),
        (_("Ranking made"), moment(run.made_at)), (_("Results published"), published),
        (_("Seed of the draw"), run.seed), (_("Examiners"), ", ".join(reads.examiners_named(call.id)) or "–"),
    ]  # fmt: skip


def _rules_in_force(run: RankingRun, track: Record, kinds: Sequence[CriterionKind]) -> Part:
    rules, places = run.rules, run.rules["places"][str(track.id)][0]
    said = [
        _("Tests and interviews are scored by two examiners, neither knowing what the other gave; the mean counts. A gap of "
          "more than a fifth of the points calls for a third, and the mean of the two closest counts."),
        _("Experience: %(points)s points a year of teaching. Balance: %(region)s points for a favoured region (%(regions)s) and "
          "%(women)s for women.", points=mark(rules["points_per_year"]), region=mark(rules["region_points"]),
          regions=", ".join(region_name(code) for code in rules["favoured_regions"]) or "–",
          women=mark(rules["women_points"])),
        _("Ties: a favoured region first, then the file that was complete earlier, then the draw, the smallest SHA-256 of the "
          "seed and the number of the file."),
    ]  # fmt: skip
    said += [
        _("Reserved share: %(percent)s %% of the places for women, %(places)s of %(all)s, as far as candidates suffice.",
          percent=percent, places=least(places, percent), all=places)
        for percent in rules["shares"].values()
    ]  # fmt: skip
    table = PaperTable(
        [Column(_("Criterion")), Column(_("Points at most"), is_figure=True)],
        [[str(CRITERIA[kind]), mark(rules["points"][kind])] for kind in kinds],
    )
    return Part(heading=_("Rules in force"), paragraphs=said, table=table)


def _list(run: RankingRun, track: Record, kinds: Sequence[CriterionKind], part: int) -> Part:
    scores, rows = reads.scores_then(run, track.id), reads.lines(run.id, track.id, (part - 1) * LINES, LINES)
    columns = [
        Column(_("Rank"), is_figure=True), Column(_("By points"), is_figure=True), Column(_("Applicant")),
        *(Column(str(CRITERIA[kind]), is_figure=True) for kind in kinds), Column(_("Total"), is_figure=True),
        Column(_("Outcome")), Column(_("How it came about")),
    ]  # fmt: skip
    counts = reads.outcomes(run.id, track.id)
    said = _("%(admitted)d admitted, %(waiting)d on the waiting list, %(refused)d not admitted.",
             admitted=counts.get(Outcome.ADMITTED, 0), waiting=counts.get(Outcome.WAITLISTED, 0),
             refused=counts.get(Outcome.REFUSED, 0))  # fmt: skip
    return Part(
        heading=_("Ranking"), paragraphs=[said] if rows else [_("Nobody was interviewed for this track.")],
        table=PaperTable(columns, [_line(row, kinds, scores) for row in rows]),
    )  # fmt: skip


def _line(row: Record, kinds: Sequence[CriterionKind], scores: Mapping[tuple[int, str], Sequence[Record]]) -> list[str]:
    return [
        str(row.rank), str(row.facts["merit"]), f"{row.given_name} {row.family_name} (n° {row.application_id})",
        *(_points(row, kind, scores.get((row.application_id, kind), ())) for kind in kinds), mark(row.total),
        str(OUTCOMES[Outcome(row.outcome)]), _came_about(row),
    ]  # fmt: skip


def _points(row: Record, kind: CriterionKind, given: Sequence[Record]) -> str:
    """What counted, and behind it what each examiner gave."""
    counted = mark(row.facts["points"].get(kind, "0"))
    if kind not in SCORED:
        return counted
    return f"{counted} ({' · '.join(mark(one.points) for one in given)})"


def _came_about(row: Record) -> str:
    said = str(REASONS[Reason(row.reason)])
    if row.tie_break:
        said += f"; {TIE_BREAKS[TieBreak(row.tie_break)]}"
    return f"{said} ({row.draw[:8]})" if row.tie_break == TieBreak.DRAW else said


def _signatures() -> Part:
    return Part(heading=_("Signatures"), signatures=[_("For the selection committee"), _("For the registry")])
