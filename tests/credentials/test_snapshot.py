import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.credentials.snapshot import Snapshot, as_printed, digest
from tests.credentials.conftest import LONG, SAID


class TestSnapshot:
    @pytest.mark.parametrize("said", [SAID, LONG, replace(SAID, valid_until=None, competencies=(), name_ar="")])
    def test_comes_back_from_a_database_as_it_went_in(self, said: Snapshot) -> None:
        assert Snapshot.from_json(json.loads(json.dumps(said.to_json()))) == said

    @settings(deadline=None)
    @given(st.text(max_size=160))
    def test_keeps_any_name(self, name: str) -> None:
        assert Snapshot.from_json(json.loads(json.dumps(replace(SAID, name=name).to_json()))).name == name

    def test_refuses_a_shape_it_does_not_know(self) -> None:
        with pytest.raises(ValueError, match="format"):
            Snapshot.from_json({**SAID.to_json(), "format": 2})

    def test_corrects_the_name_and_nothing_else(self) -> None:
        corrected = SAID.corrected(code="0000000000000", name="Hajar El Idrissi Amrani", name_ar="")

        assert replace(corrected, code=SAID.code, name=SAID.name, name_ar=SAID.name_ar) == SAID


class TestDigest:
    def test_does_not_depend_on_the_order_of_keys(self) -> None:
        values = SAID.to_json()

        assert digest(dict(reversed(values.items()))) == digest(values)

    def test_changes_with_every_value(self) -> None:
        assert digest(replace(SAID, name="Somebody Else").to_json()) != digest(SAID.to_json())


class TestAsPrinted:
    @pytest.mark.parametrize(
        ("typed", "printed"),
        [
            ("Hajar El Idrissi", "Hajar El Idrissi"), ("  Hajar\tEl \n Idrissi ", "Hajar El Idrissi"),
            ("\u202eissirdI", "issirdI"), ("A\u2066B\u2069", "AB"), ("x\x00y\x1b", "xy"), ("می\u200cخواهم", "می\u200cخواهم"),
            ("Anne\u00a0Marie", "Anne Marie"),
        ],
    )  # fmt: skip
    def test_keeps_what_can_be_seen(self, typed: str, printed: str) -> None:
        assert as_printed(typed) == printed
