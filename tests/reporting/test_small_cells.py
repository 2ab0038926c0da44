from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from lms.reporting.small_cells import SMALLEST, Cover, Sum, hidden

Key = tuple[str, str]


def table(rows: list[list[int]]) -> tuple[dict[Key, int], list[Sum[Key]]]:
    """Rows and columns with their totals, all of which are shown."""
    names, columns = [f"r{n}" for n in range(len(rows))], [f"c{n}" for n in range(len(rows[0]))]
    cells = {(names[r], columns[c]): rows[r][c] for r in range(len(rows)) for c in range(len(columns))}
    for name in names:
        cells[name, "all"] = sum(cells[name, column] for column in columns)
    for column in (*columns, "all"):
        cells["all", column] = sum(cells[name, column] for name in names)
    sums = [Sum((name, "all"), tuple((name, column) for column in columns)) for name in (*names, "all")]
    sums += [Sum(("all", column), tuple((name, column) for name in names)) for column in (*columns, "all")]
    return cells, sums


def possible(cells: dict[Key, int], sums: list[Sum[Key]], covers: dict[Key, Cover]) -> dict[Key, set[int]]:
    """Every number each hidden cell may have, for a reader who knows the shown cells, the labels and the sums: by trying them
    all."""
    inner = [key for key in cells if "all" not in key]
    ranges = []
    for key in inner:
        match covers.get(key):
            case None:
                ranges.append([cells[key]])
            case Cover.SMALL:
                ranges.append(list(range(SMALLEST)))
            case Cover.OTHER:
                ranges.append(list(range(SMALLEST, cells[key] + 3)))
    seen: dict[Key, set[int]] = {key: set() for key in covers}
    for numbers in product(*ranges):
        tried = dict(zip(inner, numbers, strict=True))
        for line in sorted(sums, key=lambda line: line.whole == ("all", "all")):
            tried[line.whole] = sum(tried[part] for part in line.parts)
        if all(_fits(tried[key], cells[key], covers.get(key)) for key in cells):
            for key in covers:
                seen[key].add(tried[key])
    return seen


def _fits(number: int, true: int, cover: Cover | None) -> bool:
    if cover is None:
        return number == true
    return number < SMALLEST if cover is Cover.SMALL else number >= SMALLEST


class TestHidden:
    def test_hides_four_women_and_the_men_who_would_give_them_away_as_in_g16(self) -> None:
        cells, sums = table([[4, 18], [12, 16], [15, 9]])

        covers = hidden(cells, sums)

        assert covers["r0", "c0"] is Cover.SMALL
        assert covers["r0", "c1"] is Cover.OTHER
        assert ("all", "all") not in covers
        assert len([key for key in covers if key[0] in ("r1", "r2")]) >= 2  # else the column's total tells
        assert all(len(numbers) > 1 for numbers in possible(cells, sums, covers).values())

    def test_shows_everything_when_no_group_is_small(self) -> None:
        assert hidden(*table([[5, 18], [12, 16]])) == {}

    def test_hides_a_total_that_is_small_itself(self) -> None:
        cells, sums = table([[1, 2], [12, 16]])

        assert ("r0", "all") in hidden(cells, sums)

    def test_does_not_let_two_small_cells_be_told_by_a_total_of_eight(self) -> None:
        """4 + 4: both must be four, were the total shown."""
        cells: dict[Key, int] = {("r", "a"): 4, ("r", "b"): 4, ("r", "all"): 8}

        assert ("r", "all") in hidden(cells, [Sum(("r", "all"), (("r", "a"), ("r", "b")))])

    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.lists(st.integers(0, 7), min_size=2, max_size=2), min_size=1, max_size=2))
    def test_leaves_no_hidden_cell_that_the_shown_ones_give_away(self, rows: list[list[int]]) -> None:
        cells, sums = table(rows)
        covers = hidden(cells, sums)

        assert all(covers.get(key) is not None for key, number in cells.items() if number < SMALLEST)
        if len(covers) < len(cells):
            assert all(len(numbers) > 1 for numbers in possible(cells, sums, covers).values())

    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.lists(st.integers(0, 60), min_size=2, max_size=2), min_size=2, max_size=8))
    def test_leaves_no_line_with_a_single_hidden_cell(self, rows: list[list[int]]) -> None:
        cells, sums = table(rows)
        covers = hidden(cells, sums)

        assert all(sum(cell in covers for cell in (line.whole, *line.parts)) != 1 for line in sums)

    def test_shows_or_hides_a_bundle_together(self) -> None:
        cells, sums = table([[4, 18], [12, 16], [15, 9]])
        bundles = [[(row, column) for column in ("c0", "c1", "all")] for row in ("r0", "r1", "r2", "all")]

        covers = hidden(cells, sums, bundles)

        assert {row for row, _column in covers} in ({"r0", "r1"}, {"r0", "r2"})
        assert len(covers) == 6
