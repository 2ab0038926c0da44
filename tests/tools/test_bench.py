"""The measuring tool's own sums: what it sends, what it calls short, what it prints."""

import pytest

from tools.bench.case import Case, Measured, Plan
from tools.bench.issuing import Issuing
from tools.bench.journeys import Journey
from tools.bench.load import Figures, Request
from tools.bench.probe import Probe
from tools.bench.report import as_json, put_into, section, shortfalls, table


def make_figures(per_second: float, *, p99: float = 10, processor: float = 1.0, failed: int = 0) -> Figures:
    return Figures(per_second, 2, 5, p99, processor, 1000, failed)


def make_measured(journey: Journey, *, statements: int = 4, p99: float = 10, failed: int = 0) -> Measured:
    """At 8 clients half of the do-nothing page's requests per second, at four times its processor time."""
    measured = Measured(journey, Probe(statements, 9000))
    for clients in (1, 8, 32):
        measured.figures[clients] = make_figures(500, p99=p99, processor=2, failed=failed)
        measured.nothing[clients] = make_figures(1000, processor=0.5)
    return measured


def make_case(*measured: Measured) -> Case:
    return Case("sqlite", 30, measured=list(measured), first_page=0.8, idle_memory=80, memory=100)


class TestRequest:
    def test_is_one_line_that_holds_its_headers_and_body(self) -> None:
        request = Request(
            "/a", "POST", cookie="takwin=x", content_type="application/json", form_token="t", body='{"a": 1}'
        )

        fields = request.line().split("\t")

        assert fields[:3] == ["/a", "POST", '{"a": 1}']
        assert {"Cookie: takwin=x", "Content-Type: application/json", "X-CSRFToken: t"} <= set(fields[3:])

    def test_sends_no_header_that_is_empty(self) -> None:
        assert Request("/").line().split("\t")[3:] == ["Accept: text/html", "Accept-Language: fr"]


class TestMeasured:
    def test_compares_with_the_do_nothing_page_by_rate_and_by_processor(self) -> None:
        measured = make_measured(Journey("home", [Request("/home")]))

        assert (measured.share(), measured.processor_share()) == (0.5, 0.25)


class TestShortfalls:
    def test_names_nothing_that_was_reached(self) -> None:
        reached = make_measured(Journey("home", [Request("/home")], share=0.5, statements=4))

        assert list(shortfalls(make_case(reached))) == []

    def test_names_each_thing_that_was_not(self) -> None:
        slow = make_measured(Journey("home", [Request("/home")], 0.6, 3), statements=4, p99=75, failed=1)

        assert list(shortfalls(make_case(slow))) == [
            "home: 50% of the do-nothing page instead of 60%",
            "home: 4 statements instead of 3",
            "home: p99 of 75 ms at 32 clients instead of 60 ms",
            "home: 3 requests failed",
        ]

    def test_names_memory_and_certificates(self) -> None:
        case = make_case()
        case.issuing = Issuing(1.0, 8.0, 10.0, 200, 90.0, 80, 200)

        assert list(shortfalls(case)) == [
            "web and worker use 300 MiB under load instead of 250 MiB",
            "200 certificates take 20 s instead of 15 s",
        ]

    def test_names_a_journey_that_led_elsewhere(self) -> None:
        case = make_case()
        case.missing.append("home: /home answered 303 instead of 200")

        assert list(shortfalls(case)) == ["home: /home answered 303 instead of 200"]


class TestReport:
    def test_shows_each_journey_beside_what_is_asked_of_it(self) -> None:
        shown = table(make_case(make_measured(Journey("home", [Request("/home")], share=0.18, statements=6))))

        assert "| home    | 500   | 50%   | 18% | 25%    |" in shown
        assert "4 (≤ 6)" in shown

    def test_goes_between_the_marks_of_a_page(self) -> None:
        page = "# Performance\n<!-- figures -->\nold\n<!-- /figures -->\nMore.\n"
        figures = section([make_case()], "2 vCPU", Plan())

        written = put_into(page, figures)

        assert written.startswith("# Performance\n<!-- figures -->\n2 vCPU. ")
        assert written.endswith("<!-- /figures -->\nMore.\n")
        assert "old" not in written

    def test_refuses_a_page_without_marks(self) -> None:
        with pytest.raises(ValueError, match="figures"):
            put_into("# Performance\n", "x")

    def test_writes_the_same_as_json(self) -> None:
        (journey,) = as_json(make_case(make_measured(Journey("home", [Request("/home")], 0.18, 6))))["journeys"]

        assert (journey["share"], journey["share_asked"], journey["statements"]) == (0.5, 0.18, 4)
        assert journey["clients"]["32"]["nothing"]["per_second"] == 1000
