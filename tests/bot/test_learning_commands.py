"""`flask faq queue`, `accept`, `dismiss`, `versions` and `rollback`, as those who look after the answers use them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.house import House, build
from bot.learning_commands import create_learning_commands
from bot.settings import Settings
from handlers import ROUTES
from tests.world import KNOWER, Town

ASKED = "小本本没了咋闹"
CLOSE = "办证去什么窗口"


class Office:
    """The commands beside a running town, with the same database and content."""

    def __init__(self, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
        self.town = town
        self.evaluation = town.folder / "evaluation"
        config = town.folder / "config.toml"
        config.write_text("", "utf-8")
        monkeypatch.setenv("BOT_CONFIG", str(config))
        monkeypatch.setenv("BOT_DATABASE__URL", town.database_url)
        monkeypatch.setenv("BOT_CONTENT__FOLDER", str(town.settings.content.folder))
        monkeypatch.setenv("BOT_CONTENT__EVALUATION", str(self.evaluation))

        def house(settings: Settings) -> House:
            return build(settings, ROUTES, town.clock, KNOWER)

        self.commands = {command.name: command for command in create_learning_commands(house)}

    def run(self, name: str, *arguments: object) -> Result:
        return CliRunner().invoke(self.commands[name], [str(argument) for argument in arguments])

    def says(self, name: str, *arguments: object) -> str:
        done = self.run(name, *arguments)
        assert (done.exit_code, done.stderr) == (0, ""), done.output
        return done.stdout

    def refuses(self, name: str, *arguments: object) -> str:
        done = self.run(name, *arguments)
        assert (done.exit_code, done.stdout) == (2, ""), done.output
        return done.stderr

    def judge(self, *messages: object, name: str = "tune") -> None:
        self.evaluation.mkdir(exist_ok=True)
        lines = "".join(json.dumps(message, ensure_ascii=False) + "\n" for message in messages)
        (self.evaluation / f"{name}.jsonl").write_text(lines, "utf-8")


@pytest.fixture
def office(small: Town, monkeypatch: pytest.MonkeyPatch) -> Office:
    return Office(small, monkeypatch)


def test_the_queue_shows_groups_with_their_words_and_the_suggested_entry_with_its_reason(office: Office) -> None:
    assert office.says("queue") == "the queue is empty\n"
    for name in ("甲", "乙"):
        office.town.resident(name).says(CLOSE)
        office.town.resident(name).says("1")
    office.town.resident("丙").says(ASKED)
    picked = office.town.matches()[0].picked_entry
    first, second = (json.loads(line) for line in office.says("queue", "--json").splitlines())
    assert (first["group"], first["residents"]) == (1, 2)
    assert (first["suggested"]["entry"], first["suggested"]["picked_by"]) == (picked, 2)
    assert first["messages"][0]["outcome"] == "picked"
    assert [message["words"] for message in second["messages"]] == [ASKED]
    assert second["suggested"] is None or second["suggested"]["picked_by"] == 0
    assert second["messages"][0]["band"] == "none"
    told = office.says("queue")
    assert f"1. residents: 2\t{picked}" in told
    assert "(picked by 2)" in told
    assert f"\t{ASKED}\tnone\t-\t-" in told


def test_accepting_shows_what_it_changes_and_then_serves_it(office: Office) -> None:
    office.town.resident("甲").says(ASKED)
    office.judge(
        {"id": "e1", "text": f"请问{ASKED}", "faq": "id-card-lost", "intent": "question"},
        {"id": "e2", "text": "居住证怎么办理", "faq": "residence-permit", "also": []},
    )
    match_id = office.town.matches()[0].id
    tried = office.says("accept", match_id, "id-card-lost", "--dry-run")
    assert "the message itself\tnone → sure id-card-lost" in tried
    assert "tune: messages that change: 1" in tried
    assert f"+ e1\t请问{ASKED}\tnone → sure id-card-lost\twanted id-card-lost" in tried
    assert "sure_recall\t0.5 → 1.0" in tried
    assert "messages\t2\n" in tried
    assert not office.town.house.knowledge.run_once()
    done = office.says("accept", match_id, "id-card-lost", "--by", "调度员甲")
    assert done == f"{tried}version 1 is served from now on\n"
    assert office.town.house.knowledge.run_once()
    assert "依据" in office.town.resident("乙").says(ASKED)
    assert "accepted already" in office.refuses("accept", match_id, "id-card-lost")


def test_a_change_for_the_worse_comes_first(office: Office) -> None:
    office.town.resident("甲").says(ASKED)
    office.judge({"id": "e1", "text": ASKED, "faq": "gas-payment"}, {"id": "e2", "text": f"请问{ASKED}", "faq": None})
    told = office.says("accept", office.town.matches()[0].id, "id-card-lost", "--dry-run")
    assert [line[:4] for line in told.splitlines() if line[:1] in "+-~"] == ["- e1", "- e2"]
    assert "false_sure_rate\t0.0 → 1.0" in told


def test_of_the_messages_kept_for_reporting_only_the_figures_are_shown(office: Office) -> None:
    office.town.resident("甲").says(ASKED)
    office.judge({"id": "r1", "text": f"请问{ASKED}", "faq": "id-card-lost"}, name="report")
    told = office.says("accept", office.town.matches()[0].id, "id-card-lost", "--dry-run")
    assert "report: messages that change: 1" in told
    assert "sure_right\t0 → 1" in told
    assert "r1" not in told


def test_without_evaluation_messages_accepting_says_so_and_goes_on(office: Office) -> None:
    office.town.resident("甲").says(ASKED)
    told = office.says("accept", office.town.matches()[0].id, "id-card-lost", "--wording", "身份证没了咋闹")
    assert "no evaluation messages" in told
    assert "+ 身份证没了咋闹" in told
    assert "version 1 is served" in told


def test_versions_are_listed_and_rolled_back_by_number(office: Office) -> None:
    assert office.says("versions") == "* 0\tthe files alone\n"
    office.town.resident("甲").says(ASKED)
    office.says("accept", office.town.matches()[0].id, "id-card-lost", "--by", "调度员甲")
    assert "version 2 is served" in office.says("rollback", 0)
    newest, older, files = office.says("versions").splitlines()
    assert newest == "* 2\t2026-11-24 15:30\t-\twordings 0\trolled back to 0"
    assert older == "1\t2026-11-24 15:30\t调度员甲\twordings 1\tmatch 1 accepted for id-card-lost"
    assert files == "0\tthe files alone"
    assert "found 9, which does not exist" in office.refuses("rollback", 9)


def test_versions_name_a_wording_that_has_no_place_any_more(office: Office) -> None:
    office.town.resident("甲").says(ASKED)
    office.says("accept", office.town.matches()[0].id, "id-card-lost")
    entries = office.town.settings.content.folder / "entries-town.toml"
    entries.write_text(entries.read_text("utf-8").replace("id-card-lost", "lost-card"), "utf-8")
    assert f"has no place any more: id-card-lost\t{ASKED}" in office.says("versions")


def test_a_dismissed_message_is_gone_and_a_second_time_is_refused(office: Office) -> None:
    office.town.resident("甲").says(ASKED)
    match_id = office.town.matches()[0].id
    assert office.says("dismiss", match_id) == ""
    assert office.says("queue") == "the queue is empty\n"
    assert "reviewed already" in office.refuses("dismiss", match_id)
    assert "dismissed already" in office.refuses("accept", match_id, "id-card-lost")


def test_a_database_that_is_not_prepared_is_a_clear_error(
    office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BOT_DATABASE__URL", f"sqlite:///{tmp_path / 'new.db'}")
    assert "run `database prepare`" in office.refuses("queue")
    monkeypatch.setenv("BOT_DATABASE__URL", f"postgresql+psycopg://nobody@/none?host={tmp_path}")
    assert "found no database that answers" in office.refuses("queue")
