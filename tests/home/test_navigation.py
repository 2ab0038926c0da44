import pytest
from flask import Flask

from lms.home.navigation import ENTRIES, FOR_VISITORS, IN_BAR, entries_for
from lms.permissions import Actor, Grant, Role


def actor(*roles: Role) -> Actor:
    return Actor(1, "Amina Bennani", frozenset(Grant(role) for role in roles))


class TestEntriesFor:
    @pytest.mark.parametrize("role", list(Role))
    def test_fits_the_bar_for_every_role_but_for_one_entry_in_the_menu(self, role: Role) -> None:
        assert len(entries_for(actor(role))) <= IN_BAR + 1

    def test_shows_each_only_where_they_may_go(self) -> None:
        assert [entry.endpoint for entry in entries_for(actor(Role.PARTICIPANT))] == [
            "home.home", "agenda.mine", "results.mine", "credentials.mine", "catalogue.catalogue",
        ]  # fmt: skip
        assert "operations.audit" in {entry.endpoint for entry in entries_for(actor(Role.AUDITOR))}
        assert "operations.audit" not in {entry.endpoint for entry in entries_for(actor(Role.COORDINATOR))}

    def test_leaves_home_and_catalogue_to_somebody_without_a_role(self) -> None:
        assert [entry.endpoint for entry in entries_for(actor())] == ["home.home", "catalogue.catalogue"]


class TestHolds:
    def test_names_pages_that_exist(self, app: Flask) -> None:
        endpoints = set(app.view_functions)
        for entry in (*ENTRIES, *FOR_VISITORS):
            assert entry.endpoint in endpoints
            for beginning in entry.covers:
                assert any(endpoint.startswith(beginning) for endpoint in endpoints), beginning

    def test_puts_every_page_under_one_entry_at_most(self, app: Flask) -> None:
        double = {endpoint for endpoint in app.view_functions if sum(entry.holds(endpoint) for entry in ENTRIES) > 1}
        assert double == set()

    def test_holds_nothing_when_there_is_no_page(self) -> None:
        assert not any(entry.holds(None) for entry in ENTRIES)
