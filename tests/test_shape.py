"""The shape of the house, where the import rules cannot say it."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from bot.delivery import Delivery
from bot.demo import TEMPLATES
from bot.settings import SECRETS, Settings
from bot.tickets import MOVES, TELLS
from faq.content import load_content
from handlers import ROUTES

ROOT = Path(__file__).parent.parent
CODE = [ROOT / "wsgi.py", *(path for folder in ("bot", "faq", "handlers") for path in (ROOT / folder).rglob("*.py"))]
LONGEST_FILE = 400
CLOCKS = re.compile(r"datetime\.now\(|time\.time\(|utcnow\(|date\.today\(")
# The outermost layer: who hands out the system's time.
MAY_ASK_THE_TIME = {"bot/clock.py", "bot/simulator/command.py"}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", CODE, ids=name)
def test_a_file_is_short_knows_no_wall_clock_and_never_imports_the_root(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= LONGEST_FILE
    if name(path) not in MAY_ASK_THE_TIME:
        assert not CLOCKS.search(text), "time is an argument"
    for node in ast.walk(ast.parse(text)):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        assert not any(imported.split(".")[0] in ("wsgi", "tests") for imported in names)


def test_importing_the_root_opens_and_starts_nothing() -> None:
    script = (
        "import threading, socket, sqlite3\n"
        "def no(*_a, **_k): raise SystemExit('something was opened')\n"
        "socket.socket.connect = no\n"
        "sqlite3.connect = no\n"
        "import wsgi\n"
        "wsgi.create_app()\n"
        "assert threading.active_count() == 1\n"
    )
    environ = {"PATH": "/usr/bin", "BOT_CONFIG": "/nowhere.toml"}
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environ, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_every_setting_stands_in_config_toml_with_its_default() -> None:
    text = (ROOT / "config.toml").read_text("utf-8")
    written = tomllib.loads(text)
    for section, field in Settings.model_fields.items():
        defaults = field.get_default(call_default_factory=True)
        for key in type(defaults).model_fields:
            value = getattr(defaults, key)
            if (section, key) in SECRETS:
                assert key not in written[section]
                assert f"BOT_{section.upper()}__{key.upper()}" in text
            elif (section, key) == ("wechat", "templates"):
                assert "[wechat.templates.assigned]" in text
            else:
                expected = list(value) if isinstance(value, tuple) else str(value) if isinstance(value, Path) else value
                assert written[section][key] == expected, f"{section}.{key}"
    assert written.keys() == Settings.model_fields.keys()
    for section, values in written.items():
        assert values.keys() <= type(getattr(Settings(), section)).model_fields.keys()


def test_every_route_has_a_name_of_its_own_and_the_last_one_always_fits() -> None:
    names = [route.name for route in ROUTES]
    assert len(set(names)) == len(names)
    assert all(route.who in ("anyone", "member") for route in ROUTES)
    assert (ROUTES[-1].name, ROUTES[-1].who) == ("fallback", "anyone")


def test_every_sentence_is_said_somewhere_and_every_sentence_said_exists() -> None:
    sentences = load_content(ROOT / "faq").replies.sentences
    code = "\n".join(path.read_text("utf-8") for path in CODE)
    said = set(re.findall(r"""["'f]([a-z]+\.[a-z_{}.]+)["']""", code))
    families = {found.split("{")[0] for found in said if "{" in found}
    for sentence in sentences:
        assert sentence in said or any(sentence.startswith(family) for family in families), f"nobody says {sentence}"
    tables = {sentence.split(".")[0] for sentence in sentences}
    for found in said:
        if "{" not in found and found.split(".")[0] in tables and not found.endswith((".py", ".toml", ".db")):
            assert found in sentences, f"{found} is said and does not exist"


def test_every_notice_has_a_sender_a_sentence_a_hint_and_a_template_in_the_demo() -> None:
    sentences = load_content(ROOT / "faq").replies.sentences
    source = (ROOT / "bot" / "delivery.py").read_text("utf-8")
    kinds = set(re.findall(r'^            "([a-z]+)": self\._(?:send|fetch)', source, re.MULTILINE))
    assert set(TELLS.values()) <= kinds
    for kind in kinds - {"media"}:
        assert f"notice.{kind}" in sentences
        assert f"hint.{kind}" in sentences
    assert kinds - {"media"} == TEMPLATES.keys()
    assert Delivery.run_once.__doc__


def test_every_state_that_a_move_reaches_has_a_word() -> None:
    sentences = load_content(ROOT / "faq").replies.sentences
    for (before, verb), after in MOVES.items():
        assert f"state.{before}" in sentences
        assert f"state.{after}" in sentences
        assert f"verb.{verb}" in sentences
        assert f"event.{verb}" in sentences


def test_no_file_names_a_path_of_a_machine_or_a_registry() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    for file in listed:
        if file.endswith((".png", ".jpg")) or file == name(Path(__file__)):
            continue
        text = (ROOT / file).read_text("utf-8")
        for forbidden in ("/root/", "/home/", "registry.npmjs", "pypi.org", "files.pythonhosted"):
            assert forbidden not in text, f"{file} names {forbidden}"
