"""The composition root: reads the settings, builds everything and hands the routes to the bot.

Importing this module opens and starts nothing. `flask` finds `create_app` for its commands; a WSGI
server calls `create_web()`.
"""

import os
import threading

from flask import Flask

from bot import category_commands
from bot.clock import system_now
from bot.commands import create_commands
from bot.content_commands import COMMANDS, faq
from bot.house import House, build
from bot.learning_commands import create_learning_commands
from bot.report_command import create_report_command
from bot.settings import Settings, load, require_account
from bot.simulator.command import simulator_command
from bot.web.app import create_web_app
from handlers import ROUTES


def build_house(settings: Settings) -> House:
    """The house with this project's routes and the system's clock."""
    return build(settings, ROUTES, system_now)


def create_app() -> Flask:
    """The application as `flask` knows it: its commands."""
    app = Flask("lianxinqiao", static_folder=None)
    for command in (*create_commands(build_house), *COMMANDS, *category_commands.COMMANDS, simulator_command):
        app.cli.add_command(command)
    for command in create_learning_commands(build_house):
        faq.add_command(command)
    faq.add_command(create_report_command(system_now))
    return app


def create_web() -> Flask:
    """The web application for a WSGI server of your choice, called in each of its processes."""
    settings = load(os.environ)
    require_account(settings)
    house = build_house(settings)
    house.knowledge.run_once()
    threading.Thread(target=house.knowledge.run, args=(threading.Event(),), daemon=True).start()
    return create_web_app(house)
