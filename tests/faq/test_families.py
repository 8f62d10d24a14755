"""The families of words: written out, and checked with file and line."""

from pathlib import Path

import pytest

from faq.content import Content, load_content
from faq.families import Families
from faq.items import Family
from faq.urgency import Alarm
from tests.faq import town as base
from tests.faq.test_content import faults, line_of
from tests.faq.town import write

PEOPLE = """
[[family]]
name = "人"
words = ["<老小>|我"]

[[family]]
name = "老小"
words = ["老人|孩子", "娃"]
"""


def with_families(families: str = PEOPLE, urgency: str = base.URGENCY) -> str:
    return urgency + families


def alarm_of(folder: Path, urgency: str) -> Alarm:
    return Alarm(load_content(write(folder, {"urgency.toml": urgency})))


def test_a_pattern_fits_with_every_word_of_a_family_and_of_the_families_in_it(tmp_path: Path) -> None:
    alarm = alarm_of(tmp_path, with_families(urgency=base.URGENCY.replace('"起火了"', '"<人>.{0,3}烧着"')))
    assert [alarm.judge(text)[0] for text in ("娃让烧着", "老人烧着", "我烧着")] == ["emergency"] * 3
    assert alarm.judge("锅烧着")[0] == "normal"


def test_a_town_can_do_without_families(small_town: Content) -> None:
    assert small_town.families == ()
    assert Alarm(small_town).judge("着火了")[0] == "emergency"


@pytest.mark.parametrize(
    ("before", "after", "where"),
    [
        ('"起火了"', '"<外星人>来了"', "火灾: patterns"),
        ('"(去年|以前).{0,8}着过?火"', '"<外星人>"', "火灾: unless"),
        ('"停水.{0,6}天"', '"<外星人>停水\\\\d天"', "urgent: patterns"),
        ('words = ["虚惊一场"]', 'patterns = ["<外星人>走了"]', "over: patterns"),
    ],
)
def test_a_family_that_is_not_listed_is_a_fault_with_its_line(
    tmp_path: Path, before: str, after: str, where: str
) -> None:
    urgency = with_families(urgency=base.URGENCY.replace(before, after))
    assert faults(tmp_path, urgency=urgency) == [
        f"urgency.toml:{line_of(urgency, '<外星人>')}: {where}: found the family <外星人>, "
        "expected one of 人, 老小, 别处, 险"
    ]


def test_families_that_lead_back_to_themselves_are_a_fault(tmp_path: Path) -> None:
    urgency = with_families(PEOPLE.replace("老人|孩子", "老人|<人>"))
    (fault,) = faults(tmp_path, urgency=urgency)
    assert fault.startswith("urgency.toml:")
    assert fault.endswith("expected no way back to itself")
    assert "人 > 老小 > 人" in fault or "老小 > 人 > 老小" in fault
    assert int(fault.split(":")[1]) in {line_of(urgency, "<老小>"), line_of(urgency, "老人|<人>")}


def test_a_pattern_that_breaks_when_its_families_are_written_out_is_a_fault(tmp_path: Path) -> None:
    urgency = with_families(urgency=base.URGENCY.replace('"起火了"', '"(?<!<人>)起火了"'))
    (fault,) = faults(tmp_path, urgency=urgency)
    line = line_of(urgency, "(?<!<人>)")
    assert fault.startswith(f"urgency.toml:{line}: 火灾: patterns: found '(?<!<人>)起火了', expected what works")
    assert "look-behind" in fault


def test_a_family_that_fits_nothing_at_all_is_a_fault(tmp_path: Path) -> None:
    urgency = with_families(PEOPLE.replace('"娃"', '"娃|"'))
    (fault,) = faults(tmp_path, urgency=urgency)
    assert fault.startswith(f"urgency.toml:{line_of(urgency, '娃|')}: 老小: words: found '娃|', expected no way to fit")


def test_two_families_of_one_name_and_a_name_that_is_kept_are_faults(tmp_path: Path) -> None:
    twice, kept = faults(
        tmp_path,
        urgency=with_families(
            PEOPLE
            + PEOPLE.split("[[family]]")[2].join(["[[family]]", ""])
            + '[[family]]\nname = "别处"\nwords = ["外地"]\n'
        ),
    )
    assert "老小: name: found it twice, expected it once" in twice
    assert "别处: name: found a name that is kept" in kept


def test_what_refers_to_a_faulty_family_is_no_second_fault(tmp_path: Path) -> None:
    urgency = with_families(PEOPLE.replace('"老人|孩子", "娃"', '"("'), base.URGENCY.replace("起火了", "<人>起火"))
    (fault,) = faults(tmp_path, urgency=urgency)
    assert "family 老小" in fault


def test_a_family_that_breaks_when_written_out_is_told_once_and_not_wherever_it_is_named(tmp_path: Path) -> None:
    urgency = with_families(
        PEOPLE.replace("<老小>|我", "(?<!<老小>)我"), base.URGENCY.replace('"起火了"', '"<人>烧着", "<人>着火"')
    )
    (fault,) = faults(tmp_path, urgency=urgency)
    assert f"urgency.toml:{line_of(urgency, '(?<!<老小>)')}: 人: words" in fault


def test_expanding_what_is_not_listed_is_refused() -> None:
    with pytest.raises(ValueError, match="<外星人>"):
        Families([Family(name="人", words=("我",))]).expand("<外星人>.{0,4}来了")


def test_every_family_of_the_shipped_content_is_used(real: Content) -> None:
    patterns = [pattern for danger in real.dangers for pattern in (*danger.patterns, *danger.unless)]
    cues = (real.urgent, real.harmless, real.not_now, real.over)
    patterns += [pattern for cue in cues for pattern in cue.patterns]
    patterns += [word for family in real.families for word in family.words]
    used = "".join(patterns)
    assert [family.name for family in real.families if f"<{family.name}>" not in used] == []
