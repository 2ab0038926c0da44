from collections import Counter

import pytest

from lms.accounts.places import cities
from lms.demo.people import REGIONS, SENDERS, SIZES, Gender, family_names, given_names, participants, senders
from lms.demo.stories import DOMAIN, STAFF, STORIES

ARABIC = range(0x0600, 0x0700)


def is_arabic(name: str) -> bool:
    return bool(name) and all(ord(letter) in ARABIC or letter == " " for letter in name)


class TestParticipants:
    def test_are_the_same_for_the_same_seed(self) -> None:
        assert participants(7) == participants(7)

    def test_are_others_for_another_seed(self) -> None:
        assert participants(7) != participants(8)

    @pytest.mark.parametrize("seed", [0, 7, 2027])
    def test_fill_every_cohort(self, seed: int) -> None:
        places = Counter((person.intake, person.track) for person in participants(seed))

        assert places == {(intake, track): size for intake, sizes in SIZES.items() for track, size in sizes.items()}

    @pytest.mark.parametrize("seed", [0, 7, 2027])
    def test_are_shaped_like_an_intake_of_120(self, seed: int) -> None:
        people = participants(seed)

        assert Counter(person.gender for person in people) == {Gender.F: 51, Gender.M: 69}
        assert Counter(person.sender.region for person in people) == REGIONS
        kinds = Counter("university" if person.sender.kind == "school" else person.sender.kind for person in people)
        assert kinds == SENDERS

    @pytest.mark.parametrize("seed", [0, 7, 2027])
    def test_have_an_address_each_that_no_mail_reaches(self, seed: int) -> None:
        addresses = [person.email for person in participants(seed)] + [f"{staff.key}@{DOMAIN}" for staff in STAFF]

        assert len(set(addresses)) == len(addresses)
        assert all(address.isascii() and address.endswith("@demo.takwin.example") for address in addresses)

    def test_share_a_name_only_where_the_story_wants_it(self) -> None:
        names = Counter((person.given.latin, person.family.latin) for person in participants(2027))

        assert [name for name, count in names.items() if count > 1] == [("Mehdi", "Tazi")]

    def test_include_everybody_with_a_story(self) -> None:
        assert {person.story for person in participants(3)} >= {story.key for story in STORIES}


class TestNames:
    def test_pair_latin_with_arabic(self) -> None:
        for part in (*given_names(Gender.F), *given_names(Gender.M), *family_names()):
            assert part.latin[0].isupper()
            assert part.latin.isascii()
            assert is_arabic(part.arabic), part

    def test_are_listed_once(self) -> None:
        for names in (given_names(Gender.F), given_names(Gender.M), family_names()):
            assert len({part.latin for part in names}) == len(names)

    def test_of_the_told_ones_pair_too(self) -> None:
        for person in (*STORIES, *STAFF):
            assert is_arabic(person.given_ar), person.key
            assert is_arabic(person.family_ar), person.key


class TestSenders:
    def test_are_in_a_city_of_their_region(self) -> None:
        known = {(city.name_fr, city.region) for city in cities()}

        assert [sender.name for sender in senders() if (sender.city, sender.region) not in known] == []

    def test_are_of_every_kind_in_every_region(self) -> None:
        there = {(sender.region, "university" if sender.kind == "school" else sender.kind) for sender in senders()}

        assert there == {(region, kind) for region in REGIONS for kind in SENDERS}
