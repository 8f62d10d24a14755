"""From a resident's words to the content and back: the queue, accepting, dismissing, rolling back."""

import pytest
import sqlalchemy as sa

from bot import learning
from bot.knowledge import Knowledge
from bot.learning import Group, Refused
from bot.records import learning as records
from faq.content import load_content
from faq.learning import with_wordings
from faq.understand import Understander
from tests.bot.test_records import refused
from tests.faq.made import FakeEncoder
from tests.world import KNOWER, Town

ASKED = "小本本没了咋闹"  # nothing answers it
CLOSE = "办证去什么窗口"  # between id-card-lost and residence-permit
KNOWN = "身份证丢了怎么补办"


def queue(town: Town) -> list[Group]:
    files = load_content(town.settings.content.folder)
    with town.store.read() as connection:
        waiting = records.waiting(connection, 100)
        served = records.additions(connection, records.newest_id(connection))
    return learning.grouped(waiting, KNOWER.whole(with_wordings(files, served).content))


def accept(town: Town, match_id: int, entry: str | None = None, wording: str | None = None) -> int:
    files = load_content(town.settings.content.folder)
    with town.store.read() as connection:
        proposal = learning.propose(connection, files, KNOWER.whole, match_id, entry, wording)
    with town.store.write() as connection:
        return learning.accept(connection, proposal, files.version, "调度员甲", town.clock())


def roll_back(town: Town, version_id: int) -> int:
    with town.store.write() as connection:
        return learning.roll_back(connection, version_id, "files", "调度员甲", town.clock())


def outcomes(town: Town) -> list[tuple[str, str | None, str | None]]:
    return [(match.band, match.outcome, match.picked_entry) for match in town.matches()]


def test_an_answer_that_was_picked_and_did_not_help_is_unhelpful_and_keeps_the_pick(small: Town) -> None:
    resident = small.resident("王大娘")
    assert "您想问的是哪一个" in resident.says(CLOSE)
    resident.says("2")
    assert outcomes(small)[0][:2] == ("maybe", "picked")
    resident.says("没解决")
    picked = small.matches()[0].choices[1].entry
    assert outcomes(small) == [("maybe", "unhelpful", picked)]


def test_who_says_none_of_these_and_then_wants_a_person_has_said_none_of_these(small: Town) -> None:
    resident = small.resident("王大娘")
    for words in (CLOSE, "都不是", "转人工"):
        resident.says(words)
    assert outcomes(small) == [("maybe", "none_of_these", None)]


def test_a_person_asked_for_later_says_nothing_about_the_answer(small: Town) -> None:
    resident = small.resident("王大娘")
    for words in (KNOWN, "谢谢", "转人工"):
        resident.says(words)
    assert outcomes(small) == [("sure", None, None)]


def test_a_forgotten_conversation_leaves_the_record_without_an_outcome(small: Town) -> None:
    resident = small.resident("王大娘")
    resident.says(KNOWN)
    small.close()
    small.open()
    resident.says("没用")
    assert outcomes(small) == [("sure", None, None)]


def test_a_repeated_delivery_writes_down_one_question(small: Town) -> None:
    message = small.inbound(small.resident("王大娘").openid, "text", text=KNOWN)
    small.desk.receive(message)
    small.desk.receive(message)
    assert len(small.matches()) == 1


def test_what_is_written_down_and_the_reply_come_together_or_not_at_all(small: Town) -> None:
    def fails(*_arguments: object) -> None:
        statement = str(_arguments[2])
        if statement.startswith("UPDATE inbound"):
            sa.event.remove(small.store.engine, "before_cursor_execute", fails)
            raise sa.exc.OperationalError("update", {}, Exception("disk full"))

    sa.event.listen(small.store.engine, "before_cursor_execute", fails)
    assert "没处理好" in small.resident("王大娘").says(KNOWN)
    assert small.matches() == []


def test_a_lone_number_and_a_picture_are_no_questions(small: Town) -> None:
    resident = small.resident("王大娘")
    resident.says("7")
    resident.sends("image", media_id="m1")
    assert small.matches() == []


def test_the_queue_holds_what_had_no_answer_or_a_wrong_one(small: Town) -> None:
    small.resident("甲").says(KNOWN)  # answered, and nobody complained
    small.resident("乙").says(ASKED)
    for words in (KNOWN, "没用"):
        small.resident("丙").says(words)
    assert sorted(match.words for group in queue(small) for match in group.matches) == sorted([ASKED, KNOWN])


def test_with_an_encoder_messages_of_one_meaning_are_one_group(small: Town) -> None:
    same = ["小本本没了咋闹", "小本本丢了找谁补"]
    for text in (*same, "月球上有没有兔子", "骆驼为啥有俩驼峰"):
        small.resident("王大娘").says(text)
    files = load_content(small.settings.content.folder)
    with small.store.read() as connection:
        waiting = records.waiting(connection, 100)
    heard = Knowledge(files, Understander(files, [FakeEncoder(groups=[same])]))
    assert sorted(len(one.matches) for one in learning.grouped(waiting, KNOWER.whole(files))) == [1, 1, 1, 1]
    assert sorted(len(one.matches) for one in learning.grouped(waiting, heard)) == [1, 1, 2]


def test_messages_alike_are_one_group_and_most_residents_come_first(small: Town) -> None:
    for name in ("甲", "乙", "丙"):
        small.resident(name).says("月球上有没有兔子呀" if name == "乙" else "月球上有没有兔子")
    for _ in range(4):
        small.resident("丁").says(ASKED)
    first, second = queue(small)
    assert (first.residents, len(first.matches)) == (3, 3)
    assert (second.residents, len(second.matches)) == (1, 4)


def test_what_residents_picked_is_suggested_before_what_is_nearest(small: Town) -> None:
    for name in ("甲", "乙"):
        small.resident(name).says(CLOSE)
        small.resident(name).says("2")
    for words in (CLOSE, "都不是"):
        small.resident("丙").says(words)
    (group,) = queue(small)
    assert group.suggested
    assert group.suggested.picked_by == 2
    assert group.suggested.entry == small.matches()[0].choices[1].entry


def test_an_entry_that_was_turned_down_is_not_suggested(small: Town) -> None:
    for words in (KNOWN, "没用"):
        small.resident("甲").says(words)
    (group,) = queue(small)
    assert group.suggested is None or group.suggested.entry != "id-card-lost"


def test_an_accepted_sentence_is_answered_surely_and_a_rollback_undoes_it(small: Town) -> None:
    resident = small.resident("王大娘")
    assert "依据" not in resident.says(ASKED)
    (match,) = small.matches()
    version = accept(small, match.id, "id-card-lost")
    assert queue(small) == []
    assert small.house.knowledge.run_once()
    assert "派出所" in resident.says(ASKED)
    assert [(m.band, [shown.entry for shown in m.choices]) for m in small.matches()][1:] == [("sure", ["id-card-lost"])]
    assert roll_back(small, records.FILES_ALONE) > version
    assert small.house.knowledge.run_once()
    assert "依据" not in resident.says(ASKED)
    assert [m.words for group in queue(small) for m in group.matches] == [ASKED, ASKED], "it waits again"


def test_rolling_forward_again_brings_the_wording_back(small: Town) -> None:
    small.resident("王大娘").says(ASKED)
    match_id = small.matches()[0].id
    version = accept(small, match_id, "id-card-lost")
    roll_back(small, records.FILES_ALONE)
    roll_back(small, version)
    assert queue(small) == []
    assert small.matches()[0].verdict == "accepted"
    with small.store.read() as connection:
        notes = [(found.note, len(found.additions)) for found in records.versions(connection)]
    assert notes == [
        (f"rolled back to {version}", 1),
        ("rolled back to 0", 0),
        (f"match {match_id} accepted for id-card-lost", 1),
    ]


def test_accepting_one_takes_those_like_it_from_the_queue_when_they_get_their_answer(small: Town) -> None:
    for name in ("甲", "乙"):
        small.resident(name).says(ASKED)
    accept(small, small.matches()[0].id, "id-card-lost")
    assert queue(small) == []
    assert [match.verdict for match in small.matches()] == ["accepted", None]


def test_accepting_without_an_entry_takes_the_suggested_one(small: Town) -> None:
    small.resident("甲").says(CLOSE)
    small.resident("甲").says("2")
    accept(small, small.matches()[0].id)
    small.house.knowledge.run_once()
    small.resident("乙").says(CLOSE)
    first, last = small.matches()
    assert last.choices[0].entry == first.picked_entry == first.choices[1].entry


def test_what_cannot_be_accepted_is_refused_with_the_reason(small: Town) -> None:
    resident = small.resident("王大娘")
    resident.says(ASKED)
    resident.says("小本本没了打13904770000找谁")
    resident.says(KNOWN)
    first, masked, answered = small.matches()
    for match_id, entry, wording, told in (
        (99, "id-card-lost", None, "which does not exist"),
        (first.id, "no-such", None, "'no-such', which does not exist"),
        (answered.id, None, None, "nothing is suggested"),
        (first.id, "gas-payment", "居住证怎么办理", "a wording of residence-permit already"),
        (masked.id, "id-card-lost", None, "masked"),
    ):
        with pytest.raises(Refused, match=told):
            accept(small, match_id, entry, wording)
    accept(small, masked.id, "id-card-lost", "小本本没了打电话找谁")
    with pytest.raises(Refused, match="accepted already"):
        accept(small, masked.id, "id-card-lost")
    with pytest.raises(Refused, match="which does not exist"):
        roll_back(small, 99)


def test_of_two_who_accept_at_once_one_is_asked_to_look_again_and_nothing_of_it_is_kept(small: Town) -> None:
    small.resident("甲").says(ASKED)
    small.resident("乙").says("月球上有没有兔子")
    files = load_content(small.settings.content.folder)
    first, second = small.matches()
    with small.store.read() as connection:
        proposals = [
            learning.propose(connection, files, KNOWER.whole, match.id, "id-card-lost", None)
            for match in (first, second)
        ]
    with small.store.write() as connection:
        learning.accept(connection, proposals[0], files.version, "", small.clock())
    with pytest.raises(Refused, match="look again"), small.store.write() as connection:
        learning.accept(connection, proposals[1], files.version, "", small.clock())
    assert [match.verdict for match in small.matches()] == ["accepted", None]


def test_a_dismissed_message_leaves_the_queue_once(small: Town) -> None:
    small.resident("甲").says(ASKED)
    match_id = small.matches()[0].id
    with small.store.write() as connection:
        learning.dismiss(connection, match_id, "调度员甲", small.clock())
    assert queue(small) == []
    for wrong, told in ((match_id, "reviewed already"), (99, "does not exist")):
        with pytest.raises(Refused, match=told), small.store.write() as connection:
            learning.dismiss(connection, wrong, "", small.clock())


def test_versions_can_only_be_added(small: Town) -> None:
    small.resident("甲").says(ASKED)
    accept(small, small.matches()[0].id, "id-card-lost")
    assert "append-only" in refused(small, "UPDATE content_versions SET note = 'x'")
    assert "append-only" in refused(small, "DELETE FROM content_versions")


def test_a_match_belongs_to_one_message_and_its_outcome_is_a_known_one(small: Town) -> None:
    small.resident("甲").says(KNOWN)
    refused(
        small,
        "INSERT INTO matches (inbound_id, band, choices, created_at) "
        "SELECT inbound_id, band, choices, created_at FROM matches",
    )
    refused(small, "UPDATE matches SET outcome = 'liked', outcome_at = created_at")
    refused(small, "UPDATE matches SET outcome = 'picked', outcome_at = created_at")  # which one?
    refused(small, "UPDATE matches SET verdict = 'accepted'")  # without a time
