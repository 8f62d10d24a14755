"""The program as its operator knows it: it starts, it says what is wrong, and it ends with everything it started."""

import os
import shutil
import subprocess
import sys
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path

import pytest
import requests

from bot.records import tickets
from bot.records.store import Store
from bot.settings import WeChat
from tests.faq.town import thinned
from tests.process import ROOT, Program, Sender, in_threads
from tests.soak.test_proofs import free_port, trouble

ACCOUNT = {"APP_ID": "wx1", "APP_SECRET": "s", "TOKEN": "pamtest", "ENCODING_AES_KEY": "k" * 43}
FLASK = Path(sys.executable).parent / "flask"


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    running = Program(tmp_path, free_port())
    running.environ = {"BOT_CONTENT__FOLDER": str(small_content(tmp_path))}
    yield running
    running.stop()


def command(folder: Path, *arguments: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    values = (
        os.environ
        | {
            "BOT_CONFIG": str(ROOT / "config.toml"),
            "BOT_CONTENT__FOLDER": str(ROOT / "faq"),
        }
        | environ
    )
    call = [str(FLASK), "--app", str(ROOT / "wsgi.py"), *arguments]
    return subprocess.run(call, cwd=folder, env=values, capture_output=True, text=True, timeout=60)


def small_content(folder: Path) -> Path:
    """A part of the real content, as a town would have it: with binding codes of its own. It starts and learns sooner
    than the whole."""
    own = folder / "small"
    shutil.copytree(ROOT / "faq", own, ignore=lambda _, names: [name for name in names if not _is_kept(name)])
    examples = own / "examples.toml"
    examples.write_text(thinned(examples.read_text("utf-8"), 9), "utf-8")
    roster = own / "roster.toml"
    roster.write_text(roster.read_text("utf-8").replace('code = "DEMO', 'code = "OURS'), "utf-8")
    return own


def _is_kept(name: str) -> bool:
    return name.endswith(".toml") and name != "unanswered.toml" and (name[:8] != "entries-" or "people" in name)


def children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in listed]


def test_it_starts_answers_and_ends_with_everything_it_started(program: Program) -> None:
    program.environ = {}  # with the content that is shipped
    program.start()
    assert f"ready http://127.0.0.1:{program.port}\n" in program.log()
    assert program.process
    started = children(program.process.pid)
    assert started, "the embedded redis"
    say = {"openid": "oABCD1234567890abcdefghijkl1", "type": "text", "Content": "帮助"}
    answer = requests.post(f"{program.url}/simulator/api/say", json=say, timeout=10).json()
    assert answer["status"] == 200
    assert "转人工" in answer["reply"]["text"]
    program.stop()
    assert program.process.returncode == 0
    assert not any(Path(f"/proc/{child}").exists() for child in started)
    assert "Traceback" not in program.log()


def test_a_second_start_has_the_same_account_and_the_same_data(program: Program) -> None:
    program.start()
    account = program.account()
    program.stop()
    program.start()
    assert program.account() == account


def test_what_a_command_accepts_is_served_by_the_one_process_that_runs_beside_it(program: Program) -> None:
    program.environ["BOT_CONTENT__CHECK_SECONDS"] = "0.1"
    program.start()

    def says() -> str:
        say = {"openid": "oABCD1234567890abcdefghijkl1", "type": "text", "Content": "月球上有没有兔子"}
        answer = requests.post(f"{program.url}/simulator/api/say", json=say, timeout=10).json()
        return str(answer["reply"]["text"])

    assert "答不上来" in says()
    done = command(program.folder, "faq", "accept", "1", "social-security-card", **program.environ)
    assert "version 1 is served" in done.stdout, done.stderr
    assert any("依据" in says() or threading.Event().wait(0.1) for _ in range(600))
    assert "Traceback" not in program.log()


def test_a_port_in_use_is_a_clear_error(program: Program, tmp_path: Path) -> None:
    program.start()
    other = tmp_path / "other"
    other.mkdir()
    done = command(other, "start", "--port", str(program.port))
    assert done.returncode == 2
    assert f"found {program.port} on 127.0.0.1, expected a free port (this one is in use)" in done.stderr


def test_a_folder_in_use_is_a_clear_error(program: Program) -> None:
    program.start()
    done = command(program.folder, "start", "--port", str(free_port()))
    assert done.returncode == 2
    assert "found another process that uses it" in done.stderr


def test_every_fault_of_settings_and_content_is_told_and_nothing_starts(tmp_path: Path) -> None:
    done = command(tmp_path, "start", BOT_SERVER__PORT="0", BOT_WECHAT__MODE="loud")
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 2
    broken = tmp_path / "faq"
    broken.mkdir()
    (broken / "entries.toml").write_text("[[entry]\n")
    done = command(tmp_path, "start", "--port", str(free_port()), BOT_CONTENT__FOLDER=str(broken))
    assert done.returncode == 2
    assert "entries.toml" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_real_account_needs_its_secrets(tmp_path: Path) -> None:
    done = command(tmp_path, "serve", BOT_WECHAT__APP_SECRET="s3cret", BOT_REDIS__URL="redis://127.0.0.1:1")
    assert done.returncode == 2
    assert "BOT_WECHAT__TOKEN" in done.stderr
    assert "s3cret" not in done.stderr


def test_the_demos_binding_codes_never_open_a_real_account(tmp_path: Path) -> None:
    account = {f"BOT_WECHAT__{key}": value for key, value in ACCOUNT.items()}
    done = command(tmp_path, "serve", BOT_REDIS__URL="redis://127.0.0.1:1", **account)
    assert done.returncode == 2
    assert "调度员甲: code: found the demo's" in done.stderr


@contextmanager
def several(
    folder: Path, database_url: str, redis_url: str, *calls: str
) -> Iterator[tuple[list[Sender], Callable[..., str]]]:
    """Processes that share one database: two webs and the calls. Gives what sends to each web, and what runs a
    command beside them; all must end with 0."""
    content = small_content(folder)
    environ = {
        "BOT_DATABASE__URL": database_url,
        "BOT_REDIS__URL": redis_url,
        **{f"BOT_WECHAT__{key}": value for key, value in ACCOUNT.items()},
        "BOT_WECHAT__API_BASE_URL": "http://127.0.0.1:1",
        "BOT_CONTENT__FOLDER": str(content),
        "BOT_CONTENT__CHECK_SECONDS": "0.1",
    }

    def beside(*arguments: str) -> str:
        done = command(folder, *arguments, **environ)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    assert beside("database", "prepare") == "ready\n"
    values = os.environ | {"BOT_CONFIG": str(ROOT / "config.toml")} | environ
    ports = [free_port(), free_port()]
    running = [
        subprocess.Popen(
            [str(FLASK), "--app", str(ROOT / "wsgi.py"), *arguments],
            cwd=folder,
            env=values,
            stdout=subprocess.PIPE,
            text=True,
        )
        for arguments in (*(("serve", "--port", str(port)) for port in ports), *((call,) for call in calls))
    ]
    try:
        for process in running:
            assert process.stdout
            assert process.stdout.readline().startswith("ready")
        account = WeChat(app_id="wx1", token="pamtest", encoding_aes_key="k" * 43)
        yield [Sender(f"http://127.0.0.1:{port}", account) for port in ports], beside
    finally:
        for process in running:
            process.terminate()
        assert [process.wait(20) for process in running] == [0] * len(running)


def test_several_processes_share_one_database_and_one_outbox(postgres_url: str, redis_url: str, tmp_path: Path) -> None:
    replies: dict[int, set[str | None]] = defaultdict(set)
    with several(tmp_path, postgres_url, redis_url, "deliver", "tick") as (senders, _):

        def deliver(number: int, try_number: int) -> None:
            sender = senders[(number + try_number) % 2]
            replies[number].add(sender.send(f"oResident{number:019}", trouble(number), number + 1))

        in_threads(12, [partial(deliver, number, tries) for number in range(20) for tries in range(3)])
        assert {len(words) for words in replies.values()} == {1}, "every repeat gets the same words"
        store = Store(postgres_url)
        with store.read() as connection:
            assert tickets.count(connection) == 20
        store.close()


def test_every_process_serves_what_was_accepted_and_what_was_rolled_back(
    postgres_url: str, redis_url: str, tmp_path: Path
) -> None:
    asked, numbers = "月球上有没有兔子", count(1)
    with several(tmp_path, postgres_url, redis_url) as (senders, beside):

        def all_say(words: str) -> None:
            """Ask each web until it says so."""
            for sender in senders:
                for _ in range(1200):
                    number = next(numbers)
                    if words in (sender.send(f"oResident{number:019}", asked, number) or ""):
                        break
                    threading.Event().wait(0.05)
                else:
                    raise AssertionError(f"{sender.url} never said {words!r}")

        all_say("答不上来")
        assert "version 1 is served" in beside("faq", "accept", "1", "social-security-card")
        all_say("依据")
        assert "version 2 is served" in beside("faq", "rollback", "0")
        all_say("答不上来")
