"""Somebody follows the account, perhaps by a community's QR code, or scans a code later."""

from bot.context import Context, Route
from bot.records import people, roster

QR_PREFIX = "qrscene_"  # a follow by QR code carries it before the scene, a later scan does not


def fits(context: Context) -> bool:
    """Whether the push is a follow or a scan."""
    return context.inbound.event in ("subscribe", "scan")


def handle(context: Context) -> str:
    """Greet in five lines; a community's code tells where the person lives."""
    scene = context.inbound.event_key.removeprefix(QR_PREFIX)
    area = roster.area_of_scene(context.connection, scene) if scene else None
    if area:
        people.change_resident(context.connection, context.resident.id, area_id=area.id)
    if context.inbound.event == "scan":
        return context.say("welcome.scanned", area=area.name) if area else context.say("talk.hello")
    return context.say("welcome.community", area=area.name) if area else context.say("welcome.follow")


ROUTE = Route("welcome", "anyone", fits, handle)
