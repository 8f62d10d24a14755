"""Recorded once, answered once, whatever fails in between."""

import threading
from collections import Counter
from dataclasses import replace

import pytest

from bot.context import Context, Route
from bot.desk import Desk
from bot.messages import Inbound
from handlers import ROUTES
from tests.world import Town

TROUBLE = "吉劳庆小区3号楼楼道灯坏了"


def trouble(town: Town, name: str = "王大娘", key: str = "k1") -> Inbound:
    return town.inbound(town.resident(name).openid, "text", key=key, text=TROUBLE)


def with_routes(town: Town, *routes: Route) -> Desk:
    return Desk(town.store, town.house.memory, town.house.knowledge, routes, town.settings, town.clock)


def failing(_context: Context) -> str:
    raise RuntimeError(TROUBLE)


BROKEN = Route("broken", "anyone", lambda _context: True, failing)


def test_a_repeated_delivery_gets_the_stored_reply_word_for_word(town: Town) -> None:
    message = trouble(town)
    first = town.desk.receive(message)
    town.clock.moves(seconds=6)
    assert town.desk.receive(replace(message, received_at=town.clock())) == first
    assert town.ticket_count() == 1


def test_three_deliveries_at_once_make_one_ticket_and_get_one_reply(town: Town) -> None:
    messages = [trouble(town, name, f"k-{name}") for name in ("甲", "乙", "丙", "丁")]
    replies: list[tuple[str, str]] = []
    barrier = threading.Barrier(12)

    def deliver(message: Inbound) -> None:
        barrier.wait()
        replies.append((message.key, town.desk.receive(message).text))

    threads = [threading.Thread(target=deliver, args=(message,)) for message in messages * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert town.ticket_count() == 4
    assert Counter(key for key, _ in set(replies)) == Counter(message.key for message in messages)
    assert len(replies) == 12


def test_a_message_is_masked_before_it_is_written(town: Town) -> None:
    town.resident("王大娘").says("吉劳庆小区路灯坏了,打13904770000找我,证号152701198001011234")
    with town.store.read() as connection:
        dump = "\n".join(
            str(row) for table in town.tables() for row in connection.exec_driver_sql(f"SELECT * FROM {table}")
        )
    assert "0000" in dump
    assert "13904770000" not in dump
    assert "152701198001011234" not in dump


def test_a_handler_that_raises_is_rolled_back_and_the_coordinator_gets_the_words(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    def opens_then_fails(context: Context) -> str:
        ROUTES[[route.name for route in ROUTES].index("report")].handle(context)
        raise RuntimeError(context.inbound.text)

    desk = with_routes(town, Route("broken", "anyone", lambda _context: True, opens_then_fails))
    message = trouble(town)
    reply = desk.receive(message)
    assert "没处理好" in reply.text
    assert desk.receive(message) == reply
    assert town.ticket_count() == 1
    number = town.resident("王大娘").says("进度").split("编号 ")[1][:6]
    assert town.ticket(number).for_desk
    assert TROUBLE in town.owner_of(number).says("我的工单")
    assert TROUBLE not in caplog.text


def test_what_a_killed_process_left_is_picked_up_and_answered_by_the_outbox(town: Town) -> None:
    message = trouble(town)
    town.record_only(message)
    assert town.desk.sweep() == 0
    town.clock.moves(minutes=2)
    assert town.desk.sweep() == 1
    assert town.ticket_count() == 1
    assert "已登记" in "\n".join(town.resident("王大娘").reads())
    assert town.desk.sweep() == 0


def test_the_next_delivery_handles_what_a_killed_process_had_only_recorded(town: Town) -> None:
    message = trouble(town)
    town.record_only(message)
    assert "已登记" in town.desk.receive(message).text
    assert town.ticket_count() == 1


def test_a_conversation_that_missed_a_message_is_dropped(town: Town) -> None:
    resident = town.resident("王大娘")
    resident.says("路灯坏了")
    stale = town.house.memory.conversation(resident.openid)
    assert stale.asked == "place"
    resident.says("吉劳庆小区")
    town.house.memory.remember(resident.openid, stale)  # as a redis that was away for one message would have it
    assert "地点记下了" not in resident.says("铁西公园")


def test_flushing_redis_costs_one_repeated_question_never_a_ticket(town: Town) -> None:
    resident = town.resident("王大娘")
    number = resident.says("路灯坏了").split("编号 ")[1][:6]
    town.close()
    town.open()
    assert number in resident.says("在吉劳庆小区")
    assert town.ticket_count() == 1


def test_a_long_reply_is_split_and_the_rest_follows(town: Town) -> None:
    long = "第一段。" * 300
    desk = with_routes(town, Route("long", "anyone", lambda _context: True, lambda _context: long))
    resident = town.resident("王大娘")
    town.simulator.platform.note_inbound(resident.openid, "text", "")
    reply = desk.receive(trouble(town)).text
    assert len(reply.encode()) <= town.settings.wechat.reply_max_bytes
    assert (reply + "".join(resident.reads())).replace("\n", "") == long


def test_a_database_that_is_away_asks_to_send_again(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    import sqlalchemy as sa

    def away(*_arguments: object) -> None:
        raise sa.exc.OperationalError("insert", {}, Exception("disk full"))

    sa.event.listen(town.store.engine, "before_cursor_execute", away, retval=False)
    assert "没有收下" in town.desk.receive(trouble(town)).text
    sa.event.remove(town.store.engine, "before_cursor_execute", away)
    assert "已登记" in town.desk.receive(trouble(town)).text
