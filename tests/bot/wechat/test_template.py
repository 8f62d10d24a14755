"""A value is made to fit its field, and what fits is what WeChat takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.simulator.faults import ApiFault
from bot.simulator.fields import check_fields
from bot.wechat.template import RULES, template_value


@pytest.mark.parametrize(
    ("field", "value", "fits"),
    [
        ("thing2", "路灯\n坏了", "路灯 坏了"),
        ("thing2", " 路\u2028灯\x00\x85坏\ud800了 ", "路 灯 坏 了"),
        ("thing2", "长" * 20, "长" * 20),
        ("thing2", "长" * 21, "长" * 19 + "…"),
        ("thing2", " \n ", "见详情"),
        ("short_thing4", "已经签收了的", "已经签收了"),
        ("character_string1", "编号100123", "100123"),
        ("character_string1", "编号", "-"),
        ("character_string1", "A" * 40, "A" * 32),
        ("number01", "100123号", "100123"),
        ("letter1", "a1b2", "ab"),
        ("symbol1", "号a1*", "*"),
        ("phone_number7", "电话:+86-477-12345", "+86-477-12345"),
        ("car_number1", "蒙K·12345挂", "蒙K12345挂"),
        ("phrase3", "办理中abc", "办理中"),
        ("phrase3", "abc", "见详情"),
        ("phrase3", "正在办理之中", "正在办理之"),
        ("time4", "2026年11月24日 15:30", "2026年11月24日 15:30"),
        ("date5", "2026年11月24日", "2026年11月24日"),
        ("name5", "值班委员甲乙丙丁戊己庚辛", "值班委员甲乙丙丁戊己"),
        ("name5", "张三(旗医院)", "张三旗医院"),
        ("name5", "Zhang San", "Zhang San"),
        ("name5", "007", "值班委员"),
    ],
)
def test_a_value_is_made_to_fit_its_field(field: str, value: str, fits: str) -> None:
    assert template_value(field, value) == fits


@given(st.sampled_from(sorted({*RULES, "name", "something_new"})), st.text(max_size=60))
def test_whatever_is_said_the_platform_takes_it(kind: str, value: str) -> None:
    field = f"{kind}1"
    if kind == "number":
        value = value.replace(".", "")  # which dots make a number is for who writes it to know
    fitted = template_value(field, value)
    try:
        check_fields({field: {"value": fitted}}, [field])
    except ApiFault as fault:
        pytest.fail(f"{field}: {value!r} became {fitted!r}: {fault}")
