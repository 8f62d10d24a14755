"""ID and phone numbers never reach a row, and other numbers stay as they are."""

from datetime import UTC, datetime

import pytest

from bot.mask import mask, masked
from bot.messages import Inbound


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("我的身份证152701198001011234", "我的身份证****1234"),
        ("身份证15270119800101123x,急", "身份证****123x,急"),
        ("老证152701800101123", "老证****1123"),
        ("打13904770000找我", "打****0000找我"),
        ("打139 0477 0000", "打****0000"),
        ("+86-139-0477-0000", "****0000"),
        ("座机0477-8112345", "座机****2345"),
    ],
)
def test_what_identifies_a_person_is_cut_to_its_last_four(written: str, kept: str) -> None:
    assert mask(written) == kept


@pytest.mark.parametrize(
    "text", ["编号 100123", "打12345", "2026年11月24日", "3号楼2单元1203", "欠费1380元", "110 119 120"]
)
def test_other_numbers_stay(text: str) -> None:
    assert mask(text) == text


def test_every_text_of_a_message_is_masked() -> None:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    fields = {"Title": "13904770000", "List": [{"a": "13904770000"}], "Count": 3}
    message = masked(Inbound("k", "o", "gh", "link", now, now, text="13904770000", label="13904770000", fields=fields))
    assert "1390477" not in repr(message)
    assert message.fields["Count"] == 3
