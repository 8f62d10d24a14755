"""The whole program as a process of its own, in a folder of its own, and a sender that pushes as WeChat does."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests
import xmltodict

from bot.settings import WeChat
from bot.wechat import crypto
from tests.pushes import signed, text_xml

ROOT = Path(__file__).parent.parent
START_SECONDS = 30.0


@dataclass
class Program:
    """`flask start` with the demo's account; it may be killed and started again on the same data."""

    folder: Path
    port: int
    environ: dict[str, str] = field(default_factory=dict)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        environ = os.environ | {
            "BOT_CONFIG": str(ROOT / "config.toml"),
            "BOT_CONTENT__FOLDER": str(ROOT / "faq"),
        }
        flask = Path(sys.executable).parent / "flask"
        told = len(self.log())
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(flask), "--app", str(ROOT / "wsgi.py"), "start", "--port", str(self.port)],
                cwd=self.folder,
                env=environ | self.environ,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + START_SECONDS
        while not ("ready http" in self.log()[told:] and self.answers()):
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise RuntimeError(self.log()[-2000:])
            threading.Event().wait(0.05)

    def answers(self) -> bool:
        """Whether it is ready."""
        try:
            return requests.get(f"{self.url}/readyz", timeout=1).status_code == 200
        except requests.RequestException:
            return False

    def kill(self) -> None:
        """As a power cut would: no goodbye."""
        assert self.process
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """As Ctrl-C would."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(20)

    def account(self) -> WeChat:
        """The account that the demo invented."""
        return WeChat.model_validate(json.loads((self.folder / "var" / "account.json").read_text("utf-8")))

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """What the database file says."""
        connection = sqlite3.connect(self.folder / "var" / "lianxinqiao.db", timeout=10)
        try:
            return connection.execute(statement).fetchall()
        finally:
            connection.close()

    def log(self) -> str:
        """What it has printed."""
        path = self.folder / "log"
        return path.read_text("utf-8") if path.exists() else ""


@dataclass
class Sender:
    """Pushes text messages in safe mode; each thread has a connection of its own."""

    url: str
    wechat: WeChat
    local: threading.local = field(default_factory=threading.local)

    def send(self, openid: str, text: str, message_id: int, timeout: float = 5.0) -> str | None:
        """The words of the reply; None when no valid answer came in time."""
        session: requests.Session = getattr(self.local, "session", None) or requests.Session()
        self.local.session = session
        plain = text_xml(openid, text, message_id)
        cipher_text = crypto.encrypt(self.wechat.encoding_aes_key, self.wechat.app_id, plain)
        body = f"<xml><ToUserName><![CDATA[gh_1]]></ToUserName><Encrypt><![CDATA[{cipher_text}]]></Encrypt></xml>"
        query = signed(self.wechat, datetime.now(UTC), cipher_text)
        try:
            answer = session.post(f"{self.url}/wechat", params=query, data=body.encode(), timeout=timeout)
        except requests.RequestException:
            self.local.session = None
            return None
        if answer.status_code != 200 or answer.text == "success":
            return None
        envelope = xmltodict.parse(answer.text)["xml"]
        inner = crypto.decrypt(self.wechat.encoding_aes_key, self.wechat.app_id, envelope["Encrypt"])
        return str(xmltodict.parse(inner)["xml"]["Content"])


def in_threads(count: int, works: Sequence[Any]) -> None:
    """Call each work, `count` at a time."""
    queue = list(reversed(works))
    guard = threading.Lock()

    def run() -> None:
        while True:
            with guard:
                if not queue:
                    return
                work = queue.pop()
            work()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
