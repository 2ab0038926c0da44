from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.catalogue.reader.plain_yaml import YamlProblem, parse_yaml


class TestParseYaml:
    @pytest.mark.parametrize(
        ("text", "data"),
        [
            ("a: Non", {"a": "Non"}),
            ("a: yes", {"a": "yes"}),
            ("a: 12:30", {"a": "12:30"}),
            ("a: 2026-11-23", {"a": "2026-11-23"}),
            ("a: 010", {"a": 10}),
            ("a: 1e3", {"a": "1e3"}),
            ("a: .5", {"a": ".5"}),
            ("a: 3.5", {"a": 3.5}),
            ("a: '3.5'", {"a": "3.5"}),
            ("a: true", {"a": True}),
            ('a: "true"', {"a": "true"}),
            ("a: ~", {"a": None}),
            ("a:", {"a": None}),
            ("a: ''", {"a": ""}),
            ("1: a", {"1": "a"}),
            ("- 1\n- [b, {c: d}]", [1, ["b", {"c": "d"}]]),
            ("a: |\n  b\n  c\n", {"a": "b\nc\n"}),
            ("a: >\n  b\n  c\n", {"a": "b c\n"}),
            ("", None),
            ("# only this\n", None),
        ],
    )
    def test_reads_plain_data(self, text: str, data: object) -> None:
        assert parse_yaml(text).data == data

    def test_knows_the_line_of_everything(self) -> None:
        lines = parse_yaml("a:\n  - b: 1\n    c:\n      d: 2\n", first_line=10).lines

        assert [lines.of(place) for place in [("a",), ("a", 0), ("a", 0, "b"), ("a", 0, "c", "d")]] == [10, 11, 11, 13]
        assert lines.of(("a", 0, "missing")) == 11

    def test_knows_where_a_long_text_begins(self) -> None:
        assert parse_yaml("a: |\n  b\nc: d").lines.first_of_text == {("a",): 2, ("c",): 3}

    @pytest.mark.parametrize(
        ("text", "line"),
        [
            ("a: [", 1),
            ("a: b\n c: d", 2),
            ("a: b: c", 1),
            ("a:\n\tb: c", 2),
            ('a: "b', 1),
            ("---\na: b\n---\nc: d", 3),
            ("a: b\n? [c]\n: d", 2),
            ("a: &b c", 1),
            ("a: b\nc: *a", 2),
            ("a: !!python/object:os.system b", 1),
            ("[" * 100_000, 1),
        ],
    )
    def test_refuses(self, text: str, line: int) -> None:
        with pytest.raises(YamlProblem) as raised:
            parse_yaml(text)

        assert raised.value.line in (line, line + 1)

    @given(st.text(alphabet="ab:-#&*!|>{}[],'\"?%@`~ \n\t01.\\é", max_size=80))
    @settings(max_examples=500, deadline=None)
    def test_reads_or_refuses_anything(self, text: str) -> None:
        with suppress(YamlProblem):
            parse_yaml(text)
