"""`flask simulator`: the simulator alone, for a webhook of any language."""

import os
import secrets
import signal
import socket
import string
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, NoReturn

import click
from pydantic import ValidationError
from waitress.server import create_server

from bot.settings import Template, WeChat
from bot.simulator.alone import create_alone_app

LETTERS = string.ascii_letters + string.digits
THREADS = 32


@click.command("simulator", help="WeChat's simulator alone: pushes to a webhook, WeChat's API, and a page of phones.")
@click.option(
    "--webhook", required=True, metavar="URL", help="Where pushes go, for example http://127.0.0.1:8000/wechat"
)
@click.option("--mode", type=click.Choice(["plain", "compatible", "safe"]), default="safe", show_default=True)
@click.option("--format", "data_format", type=click.Choice(["xml", "json"]), default="xml", show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=8100, show_default=True)
@click.option("--app-id", envvar="BOT_WECHAT__APP_ID", help="The account; what is not given is made up and printed.")
@click.option("--app-secret", envvar="BOT_WECHAT__APP_SECRET")
@click.option("--token", envvar="BOT_WECHAT__TOKEN")
@click.option("--aes-key", envvar="BOT_WECHAT__ENCODING_AES_KEY", help="EncodingAESKey, 43 characters.")
@click.option(
    "--template",
    "templates",
    multiple=True,
    metavar="ID=FIELD,FIELD",
    help="A template of the account, for example T1=thing2,time4. With none given, every id is taken.",
)
@click.option("--deliveries", type=click.IntRange(1, 5), default=3, show_default=True)
@click.option(
    "--deadline", type=click.FloatRange(0.1, 60), default=5.0, show_default=True, help="Seconds a delivery may take."
)
@click.option(
    "--folder", type=click.Path(path_type=Path), help="Keeps chats and media here; else they go with the process."
)
def simulator_command(
    webhook: str,
    mode: Literal["plain", "compatible", "safe"],
    data_format: Literal["xml", "json"],
    host: str,
    port: int,
    app_id: str | None,
    app_secret: str | None,
    token: str | None,
    aes_key: str | None,
    templates: tuple[str, ...],
    deliveries: int,
    deadline: float,
    folder: Path | None,
) -> None:
    """Serve until it is stopped. Ends with 2 when an option or the port cannot be used."""
    if not webhook.startswith(("http://", "https://")):
        _end([f"--webhook: found {webhook!r}, expected an http:// or https:// address"])
    try:
        bound = socket.create_server((host, port))
    except OSError as error:
        _end([f"--port: found {port} on {host}, expected a free port ({os.strerror(error.errno or 0)})"])
    with bound, tempfile.TemporaryDirectory(prefix="simulator-") as temporary:
        try:
            wechat = WeChat(
                app_id=app_id or "wx" + secrets.token_hex(8),
                app_secret=app_secret or secrets.token_hex(16),
                token=token or _word(24),
                encoding_aes_key=aes_key or _word(43),
                mode=mode,
                api_base_url=f"http://{host}:{bound.getsockname()[1]}",
                templates={name: Template(id=name, fields=fields) for name, fields in map(_template, templates)},
            )
        except ValidationError as error:
            _end([f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()])
        app, simulator = create_alone_app(
            wechat,
            webhook,
            lambda: datetime.now(UTC),
            folder or Path(temporary),
            deliveries=deliveries,
            deadline_seconds=deadline,
            data_format=data_format,
        )
        server = create_server(app, sockets=[bound], threads=THREADS, ident=None)
        click.echo(f"BOT_WECHAT__APP_ID={wechat.app_id}")
        click.echo(f"BOT_WECHAT__APP_SECRET={wechat.app_secret}")
        click.echo(f"BOT_WECHAT__TOKEN={wechat.token}")
        click.echo(f"BOT_WECHAT__ENCODING_AES_KEY={wechat.encoding_aes_key}")
        click.echo(f"BOT_WECHAT__MODE={wechat.mode}")
        click.echo(f"BOT_WECHAT__API_BASE_URL={wechat.api_base_url}")
        click.echo(f"ready {wechat.api_base_url}/simulator/")
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        simulator.start()
        server.run()
        simulator.stop()


def _end(faults: list[str]) -> NoReturn:
    for fault in faults:
        click.echo(fault, err=True)
    sys.exit(2)


def _template(text: str) -> tuple[str, dict[str, str]]:
    """The id and the fields of `T1=thing2,time4`."""
    name, _, fields = text.partition("=")
    return name.strip(), {field.strip(): field.strip() for field in fields.split(",")}


def _word(length: int) -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(length))
