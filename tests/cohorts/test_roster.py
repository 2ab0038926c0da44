import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.cohorts import roster
from lms.cohorts.roster import Fault, Roster, RosterRow, read
from lms.spreadsheets import csv_text

HEADER = "email;prénom;nom\n"


def faults(found: Roster) -> list[tuple[int, Fault]]:
    return [(problem.line, problem.fault) for problem in found.problems]


class TestRead:
    def test_takes_what_french_excel_writes(self) -> None:
        found = read("﻿Nom;Prénom;Adresse e-mail\r\nEl Idrissi;Hajar;Hajar@Example.ma\r\n".encode())

        assert found.rows == (RosterRow(2, "hajar@example.ma", "Hajar", "El Idrissi"),)
        assert (found.encoding, found.separator, found.problems) == ("UTF-8", ";", ())

    def test_takes_old_windows_bytes_and_says_so(self) -> None:
        found = read("email,first name,last name\nz@example.ma,Zoé,Benaïssa\n".encode("cp1252"))

        assert found.rows[0].given == "Zoé"
        assert (found.encoding, found.separator) == ("Windows-1252", ",")

    def test_takes_what_excel_calls_unicode_text(self) -> None:
        found = read("email\tprénom\tnom\nz@example.ma\tزينب\tZ\n".encode("utf-16"))

        assert found.rows[0].given == "زينب"
        assert (found.encoding, found.separator) == ("UTF-16", "\t")

    def test_takes_columns_in_any_order_with_arabic_names_and_leaves_others_aside(self) -> None:
        text = "Téléphone;Nom (en arabe);family name;Etablissement;given_name;E-mail;prénom arabe\n"
        text += "=0612;العلوي;Alaoui;OFPPT;Karim;k@example.ma;كريم\n"

        found = read(text.encode())

        assert found.rows == (RosterRow(2, "k@example.ma", "Karim", "Alaoui", "كريم", "العلوي", "OFPPT"),)
        assert found.ignored == ("Téléphone",)

    def test_remembers_the_lines_of_the_file_past_blank_ones(self) -> None:
        found = read(f"sep=;\n\n{HEADER}\n;;\na@example.ma;A;B\n\nb@example.ma;;\n".encode())

        assert [(row.line, row.email) for row in found.rows] == [(6, "a@example.ma"), (8, "b@example.ma")]

    def test_takes_our_own_template(self) -> None:
        content = csv_text(roster.TEMPLATE, [("a@example.ma", "Amina", "Bennani", "أمينة", "بناني", "OFPPT")])

        assert read(content).rows == (RosterRow(2, "a@example.ma", "Amina", "Bennani", "أمينة", "بناني", "OFPPT"),)

    @pytest.mark.parametrize(
        ("content", "fault"),
        [
            (b"", Fault.EMPTY),
            (b"\xef\xbb\xbf \r\n", Fault.EMPTY),
            (b"PK\x03\x04 an XLSX", Fault.SPREADSHEET),
            (b"\x00\x01\x02", Fault.NOT_TEXT),
            (b"email|nom|prenom\na@example.ma|A|B\n", Fault.NO_HEADER),
            (b"a@example.ma;Amina;Bennani\n", Fault.NO_HEADER),
            (b"email;nom\na@example.ma;A\n", Fault.MISSING_COLUMN),
            (b"email;nom;prenom;courriel\n", Fault.COLUMN_TWICE),
            (b'email;nom;prenom\n"a@example.ma;A;B\n', Fault.BAD_QUOTES),
            (b"email;nom;prenom\n\n", Fault.NO_ROWS),
            (b"sep=;\n", Fault.NO_HEADER),
            (b"x" * (roster.MOST_BYTES + 1), Fault.TOO_LARGE),
        ],
    )
    def test_says_why_nothing_can_be_read(self, content: bytes, fault: Fault) -> None:
        found = read(content)

        assert not found.is_readable
        assert faults(found) == [(0, fault)]
        assert found.rows == ()

    @pytest.mark.parametrize(
        ("line", "fault"),
        [
            (";Amina;Bennani", Fault.EMAIL_MISSING),
            ("amina;Amina;Bennani", Fault.EMAIL_INVALID),
            ("amina@;Amina;Bennani", Fault.EMAIL_INVALID),
            ("a@example.ma;=HYPERLINK(1);Bennani", Fault.FORMULA),
            ("a@example.ma;Amina;  @SUM(1)", Fault.FORMULA),
            ("+212@example.ma;Amina;Bennani", Fault.FORMULA),
            ("a@example.ma;Amina;-1", Fault.FORMULA),
            (f"a@example.ma;{'A' * 81};Bennani", Fault.TOO_LONG),
            ('a@example.ma;"Ami\nna";Bennani', Fault.CONTROL_CHARACTER),
            ("a@example.ma;Amina;Bennani;;left over", Fault.TOO_MANY_CELLS),
        ],
    )
    def test_names_the_line_that_is_wrong_and_keeps_the_others(self, line: str, fault: Fault) -> None:
        found = read(f"{HEADER}good@example.ma;A;B\n{line}\n".encode())

        assert faults(found) == [(3, fault)]
        assert [row.email for row in found.rows] == ["good@example.ma"]

    def test_takes_the_first_of_two_lines_with_one_address(self) -> None:
        found = read(f"{HEADER}a@example.ma;A;B\nA@Example.MA;C;D\n".encode())

        assert [row.given for row in found.rows] == ["A"]
        assert faults(found) == [(3, Fault.DUPLICATE)]
        assert found.problems[0].value == "2"

    def test_wants_arabic_names_in_arabic_letters(self) -> None:
        found = read(b"email;nom;prenom;nom arabe\na@example.ma;A;B;Alaoui\n")

        assert faults(found) == [(2, Fault.NOT_ARABIC)]

    def test_holds_five_thousand_people_and_no_more(self) -> None:
        lines = [f"p{number}@example.ma;P;Q" for number in range(roster.MOST_ROWS + 1)]

        assert len(read((HEADER + "\n".join(lines[:-1])).encode()).rows) == roster.MOST_ROWS
        assert faults(read((HEADER + "\n".join(lines)).encode())) == [(0, Fault.TOO_MANY_ROWS)]

    @given(st.binary(max_size=400))
    def test_never_fails_on_any_bytes(self, content: bytes) -> None:
        found = read(content)

        assert found.rows or found.problems

    @given(
        st.lists(
            st.text(st.characters(categories=["L"], max_codepoint=0x17F), min_size=1, max_size=20),
            min_size=1,
            max_size=8,
        ),
        st.sampled_from(roster.SEPARATORS),
    )
    def test_reads_back_names_whatever_the_separator(self, names: list[str], separator: str) -> None:
        out = io.StringIO()
        writer = csv.writer(out, delimiter=separator)
        writer.writerow(["email", "prénom", "nom"])
        writer.writerows([f"p{place}@example.ma", name, f"{name}, {name}; x"] for place, name in enumerate(names))

        found = read(out.getvalue().encode())

        assert [row.given for row in found.rows] == names
        assert [row.family for row in found.rows] == [f"{name}, {name}; x" for name in names]
