"""The simulator alone: its application and its command."""

import socket
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.simulator.alone import create_alone_app
from bot.simulator.command import simulator_command
from tests.bot.simulator.conftest import WECHAT, Clock


def test_alone_the_api_stands_at_the_root(tmp_path: Path, clock: Clock) -> None:
    app, _ = create_alone_app(WECHAT, "http://webhook.test/", clock, tmp_path)
    client = app.test_client()
    assert client.get("/").headers["Location"] == "/simulator/"
    assert b"errcode" in client.get("/cgi-bin/token").data
    people = client.get("/simulator/api/people").json
    assert people
    assert [len(people[role]) for role in ("residents", "members", "coordinators")] == [2, 2, 1]


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("--token", "no-dashes!", "token"),
        ("--aes-key", "short", "encoding_aes_key"),
        ("--template", "T1=Thing", "fields"),
        ("--mode", "secret", "--mode"),
        ("--webhook", "webhook.test", "--webhook"),
    ],
)
def test_a_bad_option_ends_with_2_and_is_named(option: str, value: str, told: str) -> None:
    arguments = ["--webhook", "http://webhook.test/", "--port", "0", option, value]
    result = CliRunner().invoke(simulator_command, arguments)
    assert result.exit_code == 2
    assert told in result.output


def test_a_port_in_use_is_a_clear_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = CliRunner().invoke(simulator_command, ["--webhook", "http://webhook.test/", "--port", port])
    assert result.exit_code == 2
    assert f"found {port}" in result.output
