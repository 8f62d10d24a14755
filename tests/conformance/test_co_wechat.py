"""The simulator drives a webhook that is not ours, in plain and in safe mode, and takes its echoes."""

import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pytest

from bot.settings import WeChat
from bot.simulator import Phone, Simulator
from tests.conformance.conftest import FOLDER

ACCOUNT = WeChat(app_id="wxb11529c136998cb6", app_secret="s3cret", token="pamtest", encoding_aes_key="k" * 43)
OPENID = "oABCD1234567890abcdefghijkl1"


@pytest.fixture(params=["plain", "safe"])
def simulator(request: pytest.FixtureRequest, node: str, tmp_path: Path) -> Iterator[Simulator]:
    mode: Literal["plain", "safe"] = request.param
    keys = [ACCOUNT.encoding_aes_key] if mode == "safe" else []
    command = [node, "--no-deprecation", str(FOLDER / "co_wechat_server.js"), ACCOUNT.token, ACCOUNT.app_id, *keys]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        port = server.stdout.readline().strip()
        yield Simulator(
            wechat=ACCOUNT.model_copy(update={"mode": mode}),
            webhook_url=f"http://127.0.0.1:{port}/",
            phones=[Phone(OPENID, "居民")],
            now=lambda: datetime.now(UTC),
            folder=tmp_path,
        )
        server.terminate()


@pytest.mark.parametrize("text", ["路灯坏了", "a < b & c", "长" * 600, "🙏"])
def test_the_echo_of_co_wechat_is_taken(simulator: Simulator, text: str) -> None:
    answer = simulator.say(OPENID, "text", {"Content": text})
    assert answer["problem"] == ""
    assert answer["reply"]["text"] == f"echo: {text}"
