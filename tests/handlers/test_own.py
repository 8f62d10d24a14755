"""A member who is a resident too: whose digit it is."""

import re

import pytest

from tests.world import Person, Town


def number_in(text: str) -> str:
    found = re.search(r"编号 (\d+)", text)
    assert found, text
    return found[1]


@pytest.fixture
def member_with_both(town: Town) -> tuple[Person, str, str]:
    """A member who owns a resident's ticket, its number, and that of a matter of the member's own."""
    number = number_in(town.resident("王大娘").says("东胜区铁西三期5号楼的暖气一直不热"))
    member = town.owner_of(number)
    town.clock.moves(seconds=5)
    own = number_in(member.says("东胜区吉劳庆小区路灯不亮"))
    town.clock.moves(seconds=5)
    return member, number, own


def test_a_members_yes_to_the_own_matter_accepts_nothing(town: Town, member_with_both: tuple[Person, str, str]) -> None:
    member, number, own = member_with_both
    member.reads()
    town.clock.moves(seconds=5)
    assert f"要撤销编号 {own}" in member.says("撤销")
    town.clock.moves(seconds=5)
    assert f"已撤销编号 {own}" in member.says("1")
    assert town.ticket(own).state == "withdrawn"
    assert town.ticket(number).state == "assigned"


def test_where_a_ticket_came_in_between_the_digit_is_about_that(
    town: Town, member_with_both: tuple[Person, str, str]
) -> None:
    member, _, own = member_with_both
    member.says("撤销")
    town.clock.moves(seconds=5)
    member.reads()  # the notice of the resident's ticket
    town.clock.moves(seconds=5)
    assert "接单" in member.says("1")
    assert town.ticket(own).state == "assigned"
