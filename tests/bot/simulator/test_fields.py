"""The values of template messages, kind by kind."""

import pytest

from bot.simulator.faults import ApiFault
from bot.simulator.fields import check_fields

GOOD = [
    ("thing1", "长" * 20),
    ("short_thing1", "五个字以内"),
    ("number1", "12.5"),
    ("letter1", "ABC"),
    ("symbol1", "★"),
    ("character_string1", "No.100001-A"),
    ("time1", "15:01"),
    ("time1", "2019年10月1日 15:01"),
    ("time1", "2026年11月24日 15:30~2026年11月24日 19:30"),
    ("date1", "2019年10月1日"),
    ("amount1", "¥12.50"),
    ("amount1", "12元"),
    ("phone_number1", "0477-12345"),
    ("car_number1", "蒙K12345"),
    ("name1", "值班委员甲"),
    ("name1", "Anna Maria"),
    ("phrase1", "已办结"),
    ("keyword1", "什么都行 " * 20),
]
BAD = [
    ("thing11", "长" * 21),
    ("thing11", "两\n行"),
    ("thing11", "退\x08格"),
    ("short_thing1", "六个字就太长"),
    ("number1", "1" * 33),
    ("number1", "一"),
    ("letter1", "甲"),
    ("symbol1", "a"),
    ("character_string1", "编号1"),
    ("time1", "明天上午"),
    ("time1", "2019年10月"),
    ("date1", "15:01"),
    ("amount1", "一百元"),
    ("phone_number1", "1" * 18),
    ("car_number1", "蒙K123456789"),
    ("name1", "名字太长太长太长太长太"),
    ("name1", "甲1"),
    ("phrase1", "六个字就太长"),
    ("phrase1", "ok"),
]


@pytest.mark.parametrize(("name", "value"), GOOD)
def test_a_good_value_is_taken(name: str, value: str) -> None:
    assert check_fields({name: {"value": value}}) == {name: value}


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_bad_value_is_refused_in_wechats_words(name: str, value: str) -> None:
    with pytest.raises(ApiFault) as caught:
        check_fields({name: {"value": value}})
    assert (caught.value.code, caught.value.message) == (47003, f"argument invalid! data.{name}.value invalid")


@pytest.mark.parametrize("given", [{}, {"thing1": {}}, {"thing1": {"value": ""}}, {"thing1": {"value": " "}}])
def test_an_empty_or_missing_value_is_named(given: dict[str, dict[str, str]]) -> None:
    with pytest.raises(ApiFault, match=r"data\.thing1\.value is empty"):
        check_fields(given, ["thing1"])


def test_first_and_remark_are_dropped_and_numbers_become_words() -> None:
    data = {"first": {"value": "您好"}, "number1": {"value": 5}, "remark": {"value": ""}}
    assert check_fields(data) == {"number1": "5"}
