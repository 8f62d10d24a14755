"""The commands that run the house: `start` (all in one process), `serve`, `deliver`, `tick`, `database prepare`."""

import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click

from bot import demo
from bot.content_commands import told_faults
from bot.embedded import hold_folder, start_redis
from bot.house import House
from bot.settings import Settings, SettingsError, load, require_account
from bot.simulator import Simulator
from bot.web.app import create_web_app
from bot.web.server import Listener, bind

Build = Callable[[Settings], House]
VAR = Path("var")
TICK_SECONDS = 15.0
DEMO_CODE = "DEMO"


def create_commands(build: Build) -> list[click.Command]:
    """The commands; `build` makes the house from the settings."""

    @click.command("start", help="Everything in one process; without an app_secret also WeChat's simulator.")
    @click.option("--port", type=int, help="The port to listen on, instead of server.port.")
    def start(port: int | None) -> None:
        with told_faults(), ExitStack() as stack:
            settings = load(os.environ)
            if port is not None:
                server = settings.server.model_copy(update={"port": port})
                settings = settings.model_copy(update={"server": server})
            stop = _stop_on_signals()
            public = bind(settings.server.host, settings.server.port)
            stack.callback(public.close)
            stack.enter_context(hold_folder(VAR))
            if settings.redis.url == "embedded":
                child = start_redis(VAR)
                stack.callback(child.stop)
                redis = settings.redis.model_copy(update={"url": child.url})
                settings = settings.model_copy(update={"redis": redis})
            is_demo = not settings.wechat.app_secret
            # The simulator talks to the bot, and the bot to the simulator, by a door and threads of their
            # own: else a burst of requests at the public door could wait for itself.
            inner = bind("127.0.0.1", 0)
            stack.callback(inner.close)
            inner_url = f"http://127.0.0.1:{inner.getsockname()[1]}"
            if is_demo:
                settings = demo.demo_settings(settings, f"{inner_url}/simulator", VAR)
            require_account(settings)
            house = build(settings)
            if not is_demo:
                _refuse_demo_codes(house)
            house.prepare_database()
            stack.callback(house.store.close)
            house.knowledge.run_once()
            app = create_web_app(house)
            if is_demo:
                demo.bind_members(house.store, house.now)
                simulator = Simulator(
                    wechat=settings.wechat,
                    webhook_url=f"{inner_url}/wechat",
                    phones=demo.phones(house.store),
                    now=house.now,
                    folder=VAR / "simulator",
                    deliveries=settings.simulator.deliveries,
                    deadline_seconds=settings.simulator.deadline_seconds,
                    title="连心桥",
                )
                app.register_blueprint(simulator.page_blueprint(), url_prefix="/simulator")
                app.register_blueprint(simulator.api_blueprint(), url_prefix="/simulator")
            for bound in (public, inner):
                listener = Listener(app, bound, settings.server.threads)
                listener.start()
                stack.callback(listener.stop)
            if is_demo:
                simulator.start()
                stack.callback(simulator.stop)
            for work in (house.delivery.run, lambda stop: _tick(house, stop), house.knowledge.run):
                stack.enter_context(_beside(work, stop))
            click.echo(f"ready http://127.0.0.1:{settings.server.port}")
            stop.wait()

    @click.command("serve", help="The web alone. Production runs several, with `deliver` and `tick` beside them.")
    @click.option("--port", type=int, help="The port to listen on, instead of server.port.")
    def serve(port: int | None) -> None:
        with _opened(build) as (house, stop):
            bound = bind(house.settings.server.host, port or house.settings.server.port)
            listener = Listener(create_web_app(house), bound, house.settings.server.threads)
            listener.start()
            click.echo(f"ready http://127.0.0.1:{bound.getsockname()[1]}")
            stop.wait()
            listener.stop()

    @click.command("deliver", help="Sends what the outbox holds, until it is stopped.")
    def deliver() -> None:
        with _opened(build) as (house, stop):
            click.echo("ready")
            house.delivery.run(stop)

    @click.command("tick", help="Picks up what a killed process left behind, until it is stopped.")
    def tick() -> None:
        with _opened(build) as (house, stop):
            click.echo("ready")
            _tick(house, stop)

    @click.group("database", help="The database.")
    def database() -> None: ...

    @database.command("prepare", help="Bring the schema up to date; write down areas, categories and roster.")
    def prepare() -> None:
        with told_faults():
            settings = load(os.environ)
            house = build(settings.model_copy(update={"redis": settings.redis.model_copy(update={"url": ""})}))
            house.prepare_database()
            house.store.close()
            click.echo("ready")

    return [start, serve, deliver, tick, database]


def _tick(house: House, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            house.desk.sweep()
        except Exception as error:  # the database may be away for a while; the next round tries again
            logging.getLogger(__name__).error("the sweep failed: %s", type(error).__name__)
        stop.wait(TICK_SECONDS)


@contextmanager
def _opened(build: Build) -> Iterator[tuple[House, threading.Event]]:
    with told_faults():
        settings = load(os.environ)
        require_account(settings)
        if settings.redis.url == "embedded":
            raise SettingsError(
                ["redis.url: found 'embedded', expected the url of a redis that all processes share (or '')"]
            )
        house = build(settings)
        stop = _stop_on_signals()
        house.knowledge.run_once()
        _refuse_demo_codes(house)
        with _beside(house.knowledge.run, stop):
            yield house, stop
        house.store.close()


@contextmanager
def _beside(work: Callable[[threading.Event], None], stop: threading.Event) -> Iterator[None]:
    """Do some work on a thread of its own; at the end of the block set `stop` and wait for it."""
    thread = threading.Thread(target=work, args=(stop,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(10)


def _refuse_demo_codes(house: House) -> None:
    """The demo's binding codes are public: with a real account anybody could become a member by them."""
    content = house.knowledge.files_content()
    names = [p.name for p in (*content.members, *content.coordinators) if p.code.startswith(DEMO_CODE)]
    if names:
        raise SettingsError(
            [f"roster.toml: {name}: code: found the demo's, expected one of your own" for name in names]
        )


def _stop_on_signals() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    return stop
