"""What a member's digits act on."""

import re

import pytest

from tests.world import Person, Town


def number_in(text: str) -> str:
    found = re.search(r"编号 (\d+)", text)
    assert found, text
    return found[1]


def two_tickets_of_one_owner(town: Town) -> tuple[Person, str, str]:
    """转人工 by two people goes to the one coordinator at the desk."""
    numbers = []
    for name in ("王大娘", "小李", "老张", "老赵"):
        numbers.append(number_in(town.resident(name).says("转人工")))
        town.clock.moves(seconds=5)
    by_owner: dict[str, list[str]] = {}
    for number in numbers:
        by_owner.setdefault(town.owner_of(number).name, []).append(number)
    name, owned = max(by_owner.items(), key=lambda item: len(item[1]))
    return town.resident(name), owned[0], owned[1]


def test_with_two_tickets_shown_a_digit_asks_which_and_the_number_chosen_is_acted_on(town: Town) -> None:
    owner, first, second = two_tickets_of_one_owner(town)
    owner.reads()
    asked = owner.says("1")
    assert "要接单哪一件" in asked
    assert first in asked
    assert second in asked
    digit = next(line[0] for line in asked.splitlines() if second in line)
    done = owner.says(digit)
    assert "已接单" in done
    assert second in done
    assert town.ticket(second).state == "accepted"
    assert town.ticket(first).state == "open"


def test_after_an_action_a_digit_acts_on_the_ticket_just_shown(town: Town) -> None:
    owner, first, second = two_tickets_of_one_owner(town)
    owner.reads()
    owner.says(f"接单 {first}")
    town.clock.moves(seconds=5)
    done = owner.says("6 已处理")
    assert "已办结" in done
    assert first in done
    assert town.ticket(second).state == "open"


def test_a_ticket_shown_after_the_last_action_is_the_one_meant(town: Town) -> None:
    owner, first, second = two_tickets_of_one_owner(town)
    owner.says(f"接单 {first}")
    town.clock.moves(minutes=3)
    owner.reads()
    town.clock.moves(seconds=5)
    owner.says(f"接单 {first}")  # refused: it is accepted already, and shown again
    assert "要办结哪一件" in owner.says("办结") or town.ticket(second).state == "resolved"


def test_the_list_is_numbered_and_a_number_shows_one_ticket_with_its_digits(town: Town) -> None:
    owner, first, second = two_tickets_of_one_owner(town)
    listed = owner.says("我的工单")
    assert first in listed
    assert second in listed
    digit = next(line[0] for line in listed.splitlines() if second in line)
    town.clock.moves(seconds=5)
    shown = owner.says(digit)
    assert second in shown
    assert "1 接单" in shown
    town.clock.moves(seconds=5)
    assert second in owner.says("1")
    assert town.ticket(second).state == "accepted"


def test_one_ticket_is_shown_at_once(town: Town) -> None:
    number = number_in(town.resident("王大娘").says("转人工"))
    shown = town.owner_of(number).says("我的工单")
    assert number in shown
    assert "1 接单" in shown


def test_a_member_without_tickets_hears_so(town: Town) -> None:
    assert "没有未办结的工单" in town.member("值班委员甲").says("我的工单")
    assert "没有可以接单的工单" in town.member("值班委员甲").says("1")


def test_an_illegal_move_is_refused_with_a_sentence(town: Town) -> None:
    number = number_in(town.resident("王大娘").says("转人工"))
    owner = town.owner_of(number)
    owner.says(f"接单 {number}")
    assert "不能接单" in owner.says(f"接单 {number}")


def test_a_ticket_of_somebody_else_cannot_be_touched(town: Town) -> None:
    number = number_in(town.resident("王大娘").says("转人工"))
    assert "不在您手上" in town.member("值班委员甲").says(f"办结 {number}")
    assert town.ticket(number).state == "open"


def test_an_answer_without_words_asks_for_them(town: Town) -> None:
    number = number_in(town.resident("王大娘").says("转人工"))
    assert "要对居民说什么" in town.owner_of(number).says("4")
    assert town.ticket(number).state == "open"


def test_a_resident_who_is_no_member_has_no_digits(town: Town) -> None:
    assert "接单" not in town.resident("王大娘").says("1")


def test_a_member_binds_with_the_code_of_the_roster_once(town: Town) -> None:
    code = town.house.knowledge().content.members[0].code
    name = town.house.knowledge().content.members[0].name
    town.unbind(name)
    assert f"{name}您好" in town.resident("新手机").says(f"绑定 {code[:4].lower()} {code[4:]}")
    assert "不对" in town.resident("别人").says(f"绑定{code}")
    assert "没有未办结的工单" in town.resident("新手机").says("我的工单")


@pytest.mark.parametrize("text", ["办结了吗", "接单了没", "4号楼漏水没人管", "回复率怎么算"])
def test_words_that_only_begin_like_a_command_do_nothing_to_a_ticket(town: Town, text: str) -> None:
    number = number_in(town.resident("王大娘").says("转人工"))
    before = town.ticket(number)
    town.owner_of(number).says(text)
    assert town.ticket(number) == before


def test_when_the_ticket_just_done_was_the_last_one_shown_the_next_digit_asks(town: Town) -> None:
    owner, first, second = two_tickets_of_one_owner(town)
    owner.reads()
    owner.says(f"接单 {first}")
    town.clock.moves(seconds=5)
    owner.says("6 已处理")
    town.clock.moves(seconds=5)
    assert "要办结哪一件" in owner.says("6")
    assert town.ticket(second).state == "open"


def test_a_digit_beyond_the_list_keeps_the_list(town: Town) -> None:
    owner, _first, second = two_tickets_of_one_owner(town)
    listed = owner.says("我的工单")
    digit = next(line[0] for line in listed.splitlines() if second in line)
    assert "请回复 1 到" in owner.says("9")
    assert second in owner.says(digit)


def test_full_width_digits_act_and_a_floor_is_no_action(town: Town) -> None:
    number = number_in(town.resident("王大娘").says("转人工"))
    owner = town.owner_of(number)
    owner.says("1 楼的灯坏了")
    assert town.ticket(number).state == "open"
    assert "已接单" in owner.says("\uff11 " + number)


def test_an_emergency_is_due_in_two_hours_and_stands_first_in_the_list(town: Town) -> None:
    number = number_in(town.resident("老赵二").says("吉劳庆小区3号楼着火了"))
    ticket = town.ticket(number)
    assert (ticket.due_at - ticket.opened_at).total_seconds() == 2 * 3600
    assert ticket.category == "治安消防"
    listed = town.owner_of(number).says("我的工单")
    assert "【紧急】" in listed.splitlines()[0] or "【紧急】" in listed.splitlines()[1]


def test_a_ticket_that_came_after_the_list_is_not_meant_by_a_digit_of_the_list(town: Town) -> None:
    owner, first, second = two_tickets_of_one_owner(town)
    owner.reads()
    assert "要办结哪一件" in owner.says("6 已换配件")
    town.clock.moves(minutes=1)
    for name in ("新居民一", "新居民二", "新居民三", "新居民四"):
        town.resident(name).says("转人工")
    owner.reads()
    town.clock.moves(seconds=5)
    owner.says("1")
    assert {town.ticket(number).state for number in (first, second)} == {"open"}


def test_a_tapped_choice_never_acts_on_a_ticket(town: Town) -> None:
    number = number_in(town.resident("王大娘").says("转人工"))
    town.owner_of(number).sends("text", text="1", menu_id="1")
    assert town.ticket(number).state == "open"


@pytest.mark.parametrize("text", ["办结需要什么手续", "回复慢"])
def test_a_question_about_the_work_is_no_command(town: Town, text: str) -> None:
    number = number_in(town.resident("王大娘").says("转人工"))
    town.owner_of(number).says(text)
    assert town.ticket(number).state == "open"
