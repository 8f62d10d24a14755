"""GET and POST /wechat: WeChat's only door. It never shows an exception, and answers `success` when in doubt."""

import logging

from flask import Blueprint, Response, request

from bot.clock import Now
from bot.desk import Desk
from bot.settings import WeChat
from bot.wechat import envelope, parse, render
from bot.wechat.envelope import Refused

log = logging.getLogger(__name__)


def create_webhook(wechat: WeChat, desk: Desk, now: Now) -> Blueprint:
    """The webhook of one account."""
    webhook = Blueprint("webhook", __name__)

    @webhook.get("/wechat")
    def verify() -> Response:
        try:
            return _plain(envelope.answer_verification(wechat, request.args, now()))
        except Refused as refused:
            return _refuse(refused)

    @webhook.post("/wechat")
    def receive() -> Response:
        moment = now()
        try:
            body = request.stream.read(wechat.max_body_bytes + 1)
            push = envelope.open_push(wechat, request.args, body, moment)
        except Refused as refused:
            return _refuse(refused)
        message = parse.parse(push, moment)
        if not message.openid:
            return _plain(render.SUCCESS)
        answer = render.render(desk.receive(message), message, moment)
        if answer != render.SUCCESS and request.args.get("encrypt_type") == "aes":
            nonce = request.args.get("nonce", "")
            answer = envelope.seal(wechat, answer, now=moment, nonce=nonce, as_json=message.is_json)
        kind = "application/json" if message.is_json and answer != render.SUCCESS else "text/xml"
        return Response(answer, mimetype=kind if answer != render.SUCCESS else "text/plain")

    return webhook


def _plain(text: str) -> Response:
    return Response(text, mimetype="text/plain")


def _refuse(refused: Refused) -> Response:
    log.warning("a push was refused: %s", refused.reason)
    return Response("refused", status=refused.status, mimetype="text/plain")
