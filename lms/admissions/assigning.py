"""Which examiners read which files: evenly, and nobody a colleague's (docs/rules.md §22). Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Reader:
    id: int
    organisation_id: int | None


@dataclass(frozen=True)
class File:
    """``readers`` have it already; ``wanted`` more are to have it."""

    id: int
    organisation_id: int | None
    readers: Collection[int]
    wanted: int


def may_read(reader: Reader, file: File) -> bool:
    same = reader.organisation_id is not None and reader.organisation_id == file.organisation_id
    return not same and reader.id not in file.readers


def shared_out(
    files: Iterable[File], readers: Collection[Reader], loads: Mapping[int, int]
) -> dict[int, tuple[int, ...]]:  # fmt: skip
    """File by file, the readers with the fewest; fewer than wanted when not enough may read it."""
    load = {reader.id: loads.get(reader.id, 0) for reader in readers}
    given: dict[int, tuple[int, ...]] = {}
    for file in files:
        able = sorted((reader.id for reader in readers if may_read(reader, file)), key=lambda one: (load[one], one))
        given[file.id] = tuple(able[: file.wanted])
        for reader_id in given[file.id]:
            load[reader_id] += 1
    return given
