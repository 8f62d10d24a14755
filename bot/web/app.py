"""The web application: the webhook and the health pages."""

from flask import Flask

from bot.house import House
from bot.web.health import create_health
from bot.web.webhook import create_webhook

NEEDED = {"database", "content"}  # without redis the bot goes on


def create_web_app(house: House) -> Flask:
    """What a WSGI server serves."""
    app = Flask("lianxinqiao", static_folder=None)
    app.register_blueprint(create_webhook(house.settings.wechat, house.desk, house.now))
    app.register_blueprint(create_health(house.parts(), NEEDED, house.store, house.now))
    app.wsgi_app = house.precedence.over(app.wsgi_app)  # type: ignore[assignment,method-assign]
    return app
