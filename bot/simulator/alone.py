"""The simulator as an application of its own, for a webhook that runs elsewhere."""

from collections.abc import Sequence
from pathlib import Path

from flask import Flask, redirect
from werkzeug.wrappers import Response

from bot.settings import WeChat
from bot.simulator.pushes import DataFormat
from bot.simulator.simulator import Simulator, default_phones
from bot.simulator.state import Now, Phone


def create_alone_app(
    wechat: WeChat,
    webhook_url: str,
    now: Now,
    folder: Path,
    *,
    phones: Sequence[Phone] | None = None,
    deliveries: int = 3,
    deadline_seconds: float = 5.0,
    data_format: DataFormat = "xml",
) -> tuple[Flask, Simulator]:
    """The application, and its simulator for `start()` and `stop()`.

    WeChat's API stands at the root (`/cgi-bin/…`), so that a bot only has to take this server for
    `https://api.weixin.qq.com`; the page of phones is at `/simulator/`.
    """
    simulator = Simulator(
        wechat=wechat,
        webhook_url=webhook_url,
        phones=default_phones() if phones is None else phones,
        now=now,
        folder=folder,
        deliveries=deliveries,
        deadline_seconds=deadline_seconds,
        data_format=data_format,
    )
    app = Flask("wechat-simulator", static_folder=None)
    app.register_blueprint(simulator.page_blueprint(), url_prefix="/simulator")
    app.register_blueprint(simulator.api_blueprint())

    @app.get("/")
    def home() -> Response:
        return redirect("/simulator/")

    return app, simulator
