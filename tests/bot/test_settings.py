"""config.toml and the environment become settings, or every fault is told at once."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from bot import settings
from bot.settings import SettingsError


def config(tmp_path: Path, text: str) -> dict[str, str]:
    path = tmp_path / "config.toml"
    path.write_text(text, "utf-8")
    return {"BOT_CONFIG": str(path)}


def faults(environ: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        settings.load(environ)
    return caught.value.faults


def test_the_file_gives_the_settings_and_the_environment_has_the_last_word(tmp_path: Path) -> None:
    environ = config(tmp_path, '[server]\nport = 9000\nthreads = 4\n[wechat]\nmode = "plain"')
    loaded = settings.load(environ | {"BOT_SERVER__PORT": "9001", "BOT_WECHAT__TOKEN": "abc123"})
    assert (loaded.server.port, loaded.server.threads) == (9001, 4)
    assert (loaded.wechat.mode, loaded.wechat.token) == ("plain", "abc123")


def test_lists_and_tables_in_the_environment_are_written_as_json(tmp_path: Path) -> None:
    environ = config(tmp_path, "") | {
        "BOT_DELIVERY__PAUSES_SECONDS": "[2, 3]",
        "BOT_WECHAT__TEMPLATES": '{"assigned": {"id": "T1", "fields": {"thing2": "summary"}}}',
    }
    loaded = settings.load(environ)
    assert loaded.delivery.pauses_seconds == (2, 3)
    assert loaded.wechat.templates["assigned"].fields == {"thing2": "summary"}


def test_a_secret_may_come_from_a_file_that_the_environment_names(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("abc\n")
    assert settings.load(config(tmp_path, "") | {"BOT_WECHAT__APP_SECRET_FILE": str(secret)}).wechat.app_secret == "abc"


def test_a_secret_in_the_file_is_a_fault_that_does_not_show_it(tmp_path: Path) -> None:
    found = faults(config(tmp_path, '[wechat]\napp_secret = "hush"'))
    assert "wechat.app_secret" in found[0]
    assert "BOT_WECHAT__APP_SECRET" in found[0]
    assert "hush" not in "".join(found)


def test_all_faults_are_told_at_once_with_file_key_found_and_expected(tmp_path: Path) -> None:
    environ = config(tmp_path, '[server]\nport = 0\ncolour = "red"\n[wechat]\nmode = "loud"\n')
    environ |= {"BOT_DESK__JOIN_MINUTES": "soon", "BOT_WECHAT__ENCODING_AES_KEY": "short"}
    found = faults(environ)
    told = "\n".join(found)
    assert len(found) == 5
    for words in (
        "config.toml: server.port: found 0, expected",
        "config.toml: server.colour: found 'red', expected no such key",
        "config.toml: wechat.mode: found 'loud', expected",
        "environment BOT_DESK__JOIN_MINUTES: desk.join_minutes: found 'soon', expected",
        "environment BOT_WECHAT__ENCODING_AES_KEY: wechat.encoding_aes_key: found a secret, expected",
    ):
        assert words in told
    assert "short" not in told


def test_broken_toml_and_a_missing_file_are_told_with_their_name(tmp_path: Path) -> None:
    assert "config.toml: found broken TOML" in faults(config(tmp_path, "[wechat\n"))[0]
    assert "nowhere.toml: found no readable file" in faults({"BOT_CONFIG": str(tmp_path / "nowhere.toml")})[0]
    assert "config.toml: server: found 3, expected a table [server]" in faults(config(tmp_path, "server = 3"))[0]


def test_the_simulator_refuses_to_start_beside_an_app_secret(tmp_path: Path) -> None:
    environ = config(tmp_path, "[simulator]\nenabled = true") | {"BOT_WECHAT__APP_SECRET": "x"}
    assert "simulator.enabled" in faults(environ)[0]


def test_a_real_account_needs_its_identity_and_all_secrets(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        settings.require_account(settings.load(config(tmp_path, "")))
    assert [fault.split(":")[1].strip() for fault in caught.value.faults] == [
        "BOT_WECHAT__APP_ID",
        "BOT_WECHAT__APP_SECRET",
        "BOT_WECHAT__TOKEN",
        "BOT_WECHAT__ENCODING_AES_KEY",
    ]


def test_settings_are_frozen_and_do_not_print_secrets(tmp_path: Path) -> None:
    loaded = settings.load(config(tmp_path, "") | {"BOT_WECHAT__APP_SECRET": "hush"})
    assert "hush" not in repr(loaded)
    with pytest.raises(ValidationError):
        loaded.server.port = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BOT_DATABASE__URL", "postgresql://bot:hunter2@db/x"),
        ("BOT_REDIS__URL", "redis:/:hunter2@h"),
        ("BOT_WECHAT__APPSECRET", "hunter2"),
    ],
)
def test_a_fault_never_shows_a_password(tmp_path: Path, name: str, value: str) -> None:
    told = "\n".join(faults(config(tmp_path, "") | {name: value}))
    assert name in told
    assert "hunter2" not in told
