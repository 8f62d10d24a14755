"""The content is swapped while the bot works: whole, without a failed reply, and never for a faulty one."""

import logging
import threading
from itertools import count
from pathlib import Path

import pytest

from bot.house import sync_content
from bot.knowledge import Knowledge
from bot.learning import accept, propose
from bot.library import Library
from bot.precedence import Precedence
from bot.records.store import Store
from bot.web.app import create_web_app
from faq.content import Content, ContentError, load_content
from tests.faq.town import ENTRIES
from tests.world import KNOWER, SharedKnower, Town

ASKED = "小本本没了咋闹"
KNOWN = "身份证丢了怎么补办"
CLOSE = "办证去什么窗口"


def edit(town: Town, name: str, old: str, new: str) -> None:
    path = town.settings.content.folder / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def learn(town: Town, words: str, entry: str) -> None:
    """A resident's words are accepted for an entry, by a process of its own."""
    files = load_content(town.settings.content.folder)
    own = Store(town.database_url)
    town.resident("居民").says(words)
    with own.read() as connection:
        proposal = propose(connection, files, KNOWER.whole, town.matches()[-1].id, entry, None)
    with own.write() as connection:
        accept(connection, proposal, files.version, "", town.clock())
    own.close()


def parts(town: Town) -> tuple[int, dict[str, bool]]:
    answer = create_web_app(town.house).test_client().get("/readyz")
    return answer.status_code, answer.get_json()["parts"]


def test_a_changed_file_is_served_without_a_restart(small: Town) -> None:
    resident = small.resident("王大娘")
    resident.says(KNOWN)
    assert not small.house.knowledge.run_once()
    edit(small, "entries-town.toml", "带户口簿到就近的派出所", "带户口簿到新的大厅")
    assert "新的大厅" not in resident.says(KNOWN)
    assert small.house.knowledge.run_once()
    assert not small.house.knowledge.run_once()
    assert "新的大厅" in resident.says(KNOWN)


def test_broken_content_keeps_the_old_is_told_once_and_shows_on_readyz(
    small: Town, caplog: pytest.LogCaptureFixture
) -> None:
    resident = small.resident("王大娘")
    resident.says(KNOWN)
    edit(small, "entries-town.toml", '[[entry]]\nid = "gas-payment"', '[[entry\nid = "gas-payment"')
    with caplog.at_level(logging.ERROR):
        assert not any(small.house.knowledge.run_once() for _ in range(3))
    (told,) = caplog.messages
    assert "entries-town.toml" in told
    assert "依据" in resident.says(KNOWN)
    status, found = parts(small)
    assert found["content"]
    assert not found["content_is_current"]
    assert status == (200 if found["database"] else 503)
    edit(small, "entries-town.toml", '[[entry\nid = "gas-payment"', '[[entry]]\nid = "gas-payment"')
    small.house.knowledge.run_once()
    assert parts(small)[1]["content_is_current"]


def test_a_category_that_the_database_does_not_know_waits_for_database_prepare(
    small: Town, caplog: pytest.LogCaptureFixture
) -> None:
    resident = small.resident("王大娘")
    resident.says(KNOWN)
    edit(small, "categories.toml", 'name = "治安消防"', 'name = "治安"')
    edit(small, "entries-town.toml", 'category = "治安消防"', 'category = "治安"')
    edit(small, "examples.toml", 'category = "治安消防"', 'category = "治安"')
    assert not small.house.knowledge.run_once()
    assert not small.house.knowledge.run_once()
    (told,) = [record.message for record in caplog.records if record.levelno == logging.ERROR]
    assert "治安" in told
    assert "database prepare" in told
    assert "编号" in resident.says("和平社区身份证昨晚丢了没人管")
    sync_content(small.store, load_content(small.settings.content.folder), small.clock())
    assert small.house.knowledge.run_once()
    assert not small.house.knowledge.is_stale


def test_faulty_content_at_the_first_look_is_an_error(small: Town) -> None:
    edit(small, "areas.toml", "[[area]]", "[[area")
    with pytest.raises(ContentError, match=r"areas\.toml"):
        fresh(small)()
    with pytest.raises(ContentError, match=r"areas\.toml"):
        fresh(small).run_once()


def fresh(town: Town) -> Library:
    """The library of a process that has just started."""
    return Library(town.store, town.settings.content.folder, 0.01, KNOWER, Precedence())


def test_a_process_that_starts_serves_what_was_accepted_before(small: Town) -> None:
    learn(small, ASKED, "id-card-lost")
    library = fresh(small)
    assert library.run_once()
    assert library().understander.understand(ASKED).match.band == "sure"
    assert library().content.version.startswith(load_content(small.settings.content.folder).version + "+")


def test_without_a_database_the_files_alone_are_served_and_the_rest_comes_later(
    small: Town, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    away = Store(f"sqlite:///{tmp_path / 'empty.db'}")  # reachable, but with no tables
    library = Library(away, small.settings.content.folder, 0.01, KNOWER, Precedence())
    assert not library.run_once()
    assert not library.run_once()
    assert library().content.entries
    assert not library.is_stale
    assert len([record for record in caplog.records if record.levelno == logging.ERROR]) == 1
    away.close()


def test_an_accepted_wording_whose_entry_is_gone_is_left_out_and_never_quoted_in_the_log(
    small: Town, caplog: pytest.LogCaptureFixture
) -> None:
    learn(small, ASKED, "id-card-lost")
    edit(small, "entries-town.toml", 'id = "id-card-lost"', 'id = "lost-card"')
    with caplog.at_level(logging.INFO):
        assert small.house.knowledge.run_once()
    assert "id-card-lost" in caplog.text
    assert ASKED not in caplog.text
    assert small.house.knowledge().understander.understand(ASKED).match.band == "none"


def test_a_choice_or_an_answer_whose_entry_is_gone_meanwhile_gets_a_kind_reply(small: Town) -> None:
    picking, complaining = small.resident("王大娘"), small.resident("小李")
    assert "您想问的是哪一个" in picking.says(CLOSE)
    assert "依据" in complaining.says(KNOWN)
    for entry in ("id-card-lost", "residence-permit"):
        edit(small, "entries-town.toml", f'id = "{entry}"', f'id = "new-{entry}"')
    assert small.house.knowledge.run_once()
    assert "答不上来" in picking.says("1")
    assert "已转给" in picking.says("转人工")
    assert "已转给" in complaining.says("没用")


def test_a_message_that_is_being_handled_keeps_the_knowledge_it_began_with(small: Town) -> None:
    began = small.house.knowledge()
    edit(small, "entries-town.toml", "派出所户籍窗口", "新的大厅")
    small.house.knowledge.run_once()
    assert "派出所户籍窗口" in began.content.entry("id-card-lost").answer
    assert began is not small.house.knowledge()


def test_the_loop_looks_by_itself_and_outlives_whatever_goes_wrong(small: Town) -> None:
    calls, seen, stop = [0], threading.Event(), threading.Event()

    class Failing(SharedKnower):
        def soon(self, content: Content) -> Knowledge:
            calls[0] += 1
            if calls[0] == 2:
                raise RuntimeError("once")
            if calls[0] == 3:
                seen.set()
            return super().soon(content)

    library = Library(small.store, small.settings.content.folder, 0.01, Failing(small.settings.content), Precedence())
    library()
    edit(small, "entries-town.toml", "派出所户籍窗口", "新的大厅")
    loop = threading.Thread(target=library.run, args=(stop,))
    loop.start()
    assert seen.wait(60)
    stop.set()
    loop.join(60)
    assert "新的大厅" in library().content.entry("id-card-lost").answer
    assert not library.is_stale


def test_no_reply_fails_while_the_content_is_swapped_again_and_again(small: Town) -> None:
    stop, replies, swaps = threading.Event(), list[str](), 0

    def ask(number: int) -> None:
        for key in count():
            replies.append(small.push(f"oLoad{number:023}", "text", text=KNOWN, key=f"{number}-{key}"))
            if stop.is_set():
                return

    askers = [threading.Thread(target=ask, args=(number,)) for number in range(3)]
    for asker in askers:
        asker.start()
    for number in range(6):
        text = ENTRIES.replace("就近的派出所", f"第{number}派出所")
        (small.settings.content.folder / "entries-town.toml").write_text(text, "utf-8")
        swaps += small.house.knowledge.run_once()
    stop.set()
    for asker in askers:
        asker.join()
    assert swaps == 6
    assert len(replies) > 6
    assert all("依据" in said for said in replies)
    assert "第5派出所" in small.resident("小李").says(KNOWN)
