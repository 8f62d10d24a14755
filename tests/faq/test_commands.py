"""What is taken for a command about an own matter, and what only sounds like one."""

import pytest

from faq.commands import OwnCommand, own_command, says_it_waits, says_no, says_yes


@pytest.mark.parametrize(
    ("text", "verb", "number", "words"),
    [
        ("催办", "hurry", "", ""),
        ("催一下", "hurry", "", ""),
        ("麻烦催办一下", "hurry", "", ""),
        ("催办 100123", "hurry", "100123", ""),
        ("催办100123", "hurry", "100123", ""),
        ("催办,娃娃都冻感冒了", "hurry", "", "娃娃都冻感冒了"),
        ("撤销", "withdraw", "", ""),
        ("撤销编号 100123 物业修好了", "withdraw", "100123", "物业修好了"),
        ("我要撤销这个事项", "withdraw", "", ""),
        ("补充", "add", "", ""),
        ("補充:是三單元", "add", "", "是三单元"),
        ("补充 100123 门牌是402", "add", "100123", "门牌是402"),
        (" 补充一下,还有二楼 ", "add", "", "还有二楼"),
    ],
)
def test_a_command_names_the_verb_the_number_and_what_else_was_said(
    text: str, verb: str, number: str, words: str
) -> None:
    found = own_command(text)
    assert found is not None
    assert (found.verb, found.number, found.words) == (verb, number, words)


@pytest.mark.parametrize(
    "text",
    [
        "催债的天天上门",
        "补充医疗保险怎么交",
        "撤销户口要啥手续",
        "补贴啥时候发",
        "取消",
        "催乳师哪里有",
        "撤回的消息",
        "",
    ],
)
def test_what_only_begins_like_a_command_is_none(text: str) -> None:
    assert own_command(text) is None


@pytest.mark.parametrize(
    "text", ["怎么还没人来", "咋还没人管呢", "好几天了没动静", "还没有答复", "这么久了还没消息啊", "一直没人联系我"]
)
def test_who_has_waited_long_says_so_in_many_ways(text: str) -> None:
    assert says_it_waits(text)


@pytest.mark.parametrize("text", ["怎么还没来暖气", "路灯还没修好,天黑了看不见", "没人来", "还没", "水还没来"])
def test_a_trouble_that_lasts_is_no_impatience(text: str) -> None:
    assert not says_it_waits(text)


def test_yes_and_no_are_said_by_digit_and_by_word() -> None:
    assert all(map(says_yes, ("1", "是的", "好", "确认", "1。")))
    assert all(map(says_no, ("2", "不用", "算了", "不撤销")))
    assert not any(map(says_yes, ("2", "11", "不是", "是路灯")))
    assert not any(map(says_no, ("1", "不用交钱吗", "是")))


def test_commands_are_compared_by_what_they_say() -> None:
    assert own_command("催办 100123") == OwnCommand("hurry", "100123", "")
