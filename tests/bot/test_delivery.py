"""Which way a notice takes, what each of WeChat's errors does to it, and that nothing is sent by a dead lease."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest

from bot.delivery import Delivery, Outcome
from bot.records import outbox
from bot.records.outbox import Notice
from tests.world import Person, Town

CUSTOM = "/cgi-bin/message/custom/send"
TEMPLATE = "/cgi-bin/message/template/send"


def reported(town: Town) -> Person:
    """The owner of a fresh ticket, who has not written to the account yet."""
    reply = town.resident("王大娘").says("吉劳庆小区3号楼楼道灯坏了")
    return town.owner_of(reply.split("编号 ")[1][:6])


def vias(town: Town, person: Person) -> list[str]:
    return [item["via"] for item in town.simulator.platform.inbox(person.openid)]


def test_with_a_window_open_the_notice_is_a_customer_service_message(town: Town) -> None:
    town.member("值班委员甲").says("我的工单")
    for name in town.roster_names():
        town.member(name).says("我的工单")
    owner = reported(town)
    town.deliver()
    assert vias(town, owner)[-1] == "custom"


def test_without_a_window_it_is_a_template_message_whose_fields_fit(town: Town) -> None:
    owner = reported(town)
    town.deliver()
    assert vias(town, owner) == ["template"]
    assert "吉劳庆小区3号楼" in town.simulator.platform.inbox(owner.openid)[0]["text"]


def test_without_a_template_it_is_held_and_told_at_the_next_contact(database_url: str, tmp_path: Path) -> None:
    town = Town(database_url, tmp_path, without_templates=True)
    owner = reported(town)
    town.deliver()
    assert town.outbox() == {"held": 1}
    owner.says("你好")
    assert "新工单" in "\n".join(owner.reads())
    assert town.outbox() == {"sent": 1}


def test_after_five_messages_the_window_is_used_up(town: Town) -> None:
    resident = town.resident("王大娘")
    owner = reported(town)
    for step in range(7):
        town.clock.moves(seconds=5)
        owner.says(f"4 第{step}次答复")
    town.deliver()
    assert vias(town, resident) == ["custom"] * 5 + ["template"] * 2


def test_the_window_closes_after_48_hours(town: Town) -> None:
    resident = town.resident("王大娘")
    owner = reported(town)
    town.clock.moves(hours=49)
    owner.says("4 明天去看")
    town.deliver()
    assert vias(town, resident) == ["template"]


@pytest.mark.parametrize("code", [45015, 45047])
def test_a_window_that_wechat_says_is_closed_leads_to_a_template(town: Town, code: int) -> None:
    resident = town.resident("王大娘")
    owner = reported(town)
    town.deliver()
    owner.says("4 明天去看")
    town.fault(CUSTOM, code)
    town.deliver()
    assert vias(town, resident) == ["template"]


def test_a_used_up_minute_waits_a_minute(town: Town) -> None:
    owner = reported(town)
    town.fault(TEMPLATE, 45011)
    town.deliver()
    town.clock.moves(seconds=50)
    town.deliver()
    assert vias(town, owner) == []
    town.clock.moves(seconds=11)
    town.deliver()
    assert vias(town, owner) == ["template"]


def test_without_a_template_a_passing_error_does_not_park_a_notice(database_url: str, tmp_path: Path) -> None:
    town = Town(database_url, tmp_path, without_templates=True)
    resident, owner = town.resident("王大娘"), reported(town)
    owner.says("4 明天去看")
    town.fault(CUSTOM, -1, 6)
    for _ in range(6):
        town.deliver()
        town.clock.moves(minutes=10)
    town.deliver()
    assert "custom" in vias(town, resident)
    town.close()


def test_a_batch_stops_before_its_lease_ends(town: Town) -> None:
    for number in range(3):
        town.resident(f"居民{number}").says("吉劳庆小区3号楼楼道灯坏了")
    slow = town.delivery(lambda _: None)
    send = slow.senders["assigned"]

    def takes_long(notice: Notice) -> Outcome:
        town.clock.moves(seconds=58)
        return send(notice)

    slow.senders = {**slow.senders, "assigned": takes_long}
    slow.run_once()
    assert town.outbox() == {"sent": 1, "pending": 2}


def test_the_loop_outlives_its_connection(database_url: str, tmp_path: Path) -> None:
    if not database_url.startswith("postgresql"):
        return  # SQLite has no connection to lose
    town = Town(database_url, tmp_path)
    stop = threading.Event()
    loop = threading.Thread(target=town.house.delivery.run, args=(stop,))
    loop.start()
    for _ in range(3):
        with town.store.read() as connection:
            connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE query LIKE 'LISTEN%%' AND datname = current_database()"
            )
        stop.wait(0.3)
    assert loop.is_alive()
    owner = reported(town)
    for _ in range(100):
        if vias(town, owner):
            break
        stop.wait(0.1)
    assert vias(town, owner) == ["template"]
    stop.set()
    loop.join(5)
    town.close()


def test_a_passing_error_is_tried_again_after_a_growing_pause(town: Town) -> None:
    owner = reported(town)
    town.fault(TEMPLATE, -1, 2)
    town.deliver()
    assert town.outbox() == {"pending": 1}
    town.clock.moves(seconds=2)
    town.deliver()
    assert town.outbox() == {"pending": 1}
    town.clock.moves(seconds=2)
    town.deliver()
    assert town.outbox() == {"pending": 1}  # the second pause is longer
    town.clock.moves(seconds=3)
    town.deliver()
    assert vias(town, owner) == ["template"]


def test_a_message_that_may_have_arrived_is_sent_once_more_and_then_as_a_template(town: Town) -> None:
    resident = town.resident("王大娘")
    owner = reported(town)
    town.deliver()
    owner.says("4 明天去看")
    town.fault(CUSTOM, -1, 9)
    for _ in range(3):
        town.deliver()
        town.clock.moves(minutes=2)
    assert vias(town, resident) == ["template"]
    assert town.simulator.platform.faults.listed()[0].times == 7


def test_a_used_up_day_is_held_until_midnight_in_beijing(town: Town) -> None:
    owner = reported(town)
    town.fault(TEMPLATE, 45009)
    town.deliver()
    town.clock.moves(hours=8)
    town.deliver()
    assert vias(town, owner) == []
    town.clock.moves(minutes=31)
    town.deliver()
    assert vias(town, owner) == ["template"]


def test_who_has_unfollowed_is_left_alone_until_the_next_contact(town: Town) -> None:
    owner = reported(town)
    town.simulator.platform.note_inbound(owner.openid, "event", "unsubscribe")
    town.deliver()
    assert town.outbox() == {"held": 1}
    owner.says("我回来了")
    assert "新工单" in "\n".join(owner.reads())


def test_what_can_never_work_is_a_dead_letter_and_rings(town: Town) -> None:
    rung: list[str] = []
    reported(town)
    town.fault(TEMPLATE, 47003)
    town.delivery(rung.append).run_once()
    assert town.outbox() == {"dead": 1}
    assert "47003" in rung[0]


def test_a_wrong_secret_rings_and_loses_nothing(town: Town) -> None:
    rung: list[str] = []
    owner = reported(town)
    town.fault(TEMPLATE, 40013)
    town.delivery(rung.append).run_once()
    assert town.outbox() == {"pending": 1}
    assert "40013" in rung[0]
    town.clock.moves(hours=1)
    town.deliver()
    assert vias(town, owner) == ["template"]


def test_after_many_tries_it_is_a_dead_letter(town: Town) -> None:
    reported(town)
    town.fault(TEMPLATE, -1, 50)
    for _ in range(12):
        town.deliver()
        town.clock.moves(hours=1)
    assert town.outbox() == {"dead": 1}


def test_what_a_killed_sender_had_claimed_comes_back_when_its_lease_ends(town: Town) -> None:
    owner = reported(town)
    with town.store.write() as connection:
        claimed = outbox.claim(connection, town.clock(), town.clock() + timedelta(seconds=60), 10)
    assert len(claimed) == 1
    town.deliver()
    assert vias(town, owner) == []
    town.clock.moves(seconds=61)
    town.deliver()
    assert vias(town, owner) == ["template"]


def test_an_owner_who_no_longer_has_the_ticket_is_not_told(town: Town) -> None:
    resident = town.resident("王大娘")
    number = resident.sends("image", media_id="lost").split("编号 ")[1][:6]
    first = town.owner_of(number)
    resident.says("吉劳庆小区暖气不热")
    second = town.owner_of(number)
    town.deliver()
    texts = [item["text"] for item in town.simulator.platform.inbox(first.openid)]
    if first.name != second.name:
        assert not any("新工单" in text for text in texts)
    assert vias(town, second)


def test_a_picture_is_fetched_and_kept_and_linked_to_the_ticket(town: Town) -> None:
    resident = town.resident("王大娘")
    media_id = town.simulator.platform.upload("image", "a.jpg", b"\xff\xd8picture").media_id
    number = resident.sends("image", media_id=media_id).split("编号 ")[1][:6]
    town.deliver()
    [(kind, state, path)] = town.attachments(number)
    assert (kind, state) == ("image", "kept")
    assert path
    assert (town.settings.media.folder / path).read_bytes() == b"\xff\xd8picture"


def test_the_voice_that_tells_of_danger_is_kept_too(town: Town) -> None:
    media_id = town.simulator.platform.upload("voice", "a.amr", b"#!AMR\nvoice").media_id
    reply = town.resident("王大娘").sends("voice", media_id=media_id, text="家里着火了快来人")
    town.deliver()
    assert [(kind, state) for kind, state, _ in town.attachments(reply.split("编号 ")[1][:6])] == [("voice", "kept")]


def test_a_picture_that_wechat_no_longer_has_is_written_down_as_lost(town: Town) -> None:
    number = town.resident("王大娘").sends("image", media_id="gone").split("编号 ")[1][:6]
    town.delivery(lambda _: None).run_once()
    assert [(kind, state) for kind, state, _ in town.attachments(number)] == [("image", "lost")]


def test_every_kind_of_notice_has_a_sender_and_a_sentence(town: Town) -> None:
    delivery: Delivery = town.delivery(lambda _: None)
    sentences = town.house.knowledge().content.replies.sentences
    for kind in delivery.senders:
        assert kind == "media" or f"notice.{kind}" in sentences
