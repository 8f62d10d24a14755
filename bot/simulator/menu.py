"""WeChat's rules for the menu of an account. Source: WeChat's pages on menu/create and community threads."""

from collections.abc import Mapping
from typing import Any

from bot.simulator.faults import ApiFault

TYPES_WITH_KEY = {
    "click",
    "scancode_push",
    "scancode_waitmsg",
    "pic_sysphoto",
    "pic_photo_or_album",
    "pic_weixin",
    "location_select",
}
TYPES = TYPES_WITH_KEY | {"view", "miniprogram", "media_id", "view_limited", "article_id", "article_view_limited"}


def check_menu(menu: Mapping[str, Any]) -> dict[str, Any]:
    """The menu as `menu/get` shows it. Raises ApiFault 40016 to 40025 where WeChat would."""
    buttons = menu.get("button")
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= 3:
        raise ApiFault(40016)
    for button in buttons:
        _check_name(button, 16, 40018)
        below = button.get("sub_button") or []
        if not isinstance(below, list) or len(below) > 5:
            raise ApiFault(40023)
        for sub in below:
            _check_name(sub, 60, 40025)
            _check_action(sub)
        if not below:
            _check_action(button)
    return {"button": [{**button, "sub_button": button.get("sub_button") or []} for button in buttons]}


def _check_name(button: Any, max_bytes: int, code: int) -> None:
    name = button.get("name") if isinstance(button, Mapping) else None
    if not isinstance(name, str) or not 1 <= len(name.encode()) <= max_bytes:
        raise ApiFault(code)


def _check_action(button: Mapping[str, Any]) -> None:
    kind = button.get("type")
    if kind not in TYPES:
        raise ApiFault(40017)
    if kind in TYPES_WITH_KEY and not 1 <= len(str(button.get("key") or "").encode()) <= 128:
        raise ApiFault(40019)
    if kind == "view" and not 1 <= len(str(button.get("url") or "").encode()) <= 1024:
        raise ApiFault(40020)
