"""The rules for the values of template messages (类目模板) and their refusal, 47003.

A field's kind is its name without the number: thing2 is a thing. Source: WeChat's table of field
kinds for template and subscription messages.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from bot.simulator.faults import ApiFault

_DATE = r"\d{4}年\d{1,2}月\d{1,2}日|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}"
_CLOCK = r"\d{1,2}:\d{2}(:\d{2})?"
_TIME = rf"({_DATE})( ?{_CLOCK})?|{_CLOCK}"
_HAN = r"\u3400-\u9fff"
KINDS = {
    "thing": r".{1,20}",
    "short_thing": r".{1,5}",
    "number": r"\d{1,32}(\.\d{1,31})?",
    "letter": r"[A-Za-z]{1,32}",
    "symbol": rf"[^0-9A-Za-z{_HAN}]{{1,5}}",
    "character_string": rf"[^{_HAN}]{{1,32}}",
    "time": rf"({_TIME})( ?~ ?({_TIME}))?",
    "date": rf"(({_DATE})( ?{_CLOCK})?)( ?~ ?(({_DATE})( ?{_CLOCK})?))?",
    "amount": r"[¥￥$€£]?\d{1,10}(\.\d{1,2})?元?",
    "phone_number": r"[0-9+()\- ]{1,17}",
    "car_number": r".{1,8}",
    "name": rf"[{_HAN}·]{{1,10}}|[A-Za-z .]{{1,20}}",
    "phrase": rf"[{_HAN}]{{1,5}}",
    "const": r".{1,20}",
    "enum": r".{1,20}",
}
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")


def check_fields(data: Any, needed: Iterable[str] = ()) -> dict[str, str]:
    """The values by field name, in the order given. Raises ApiFault 47003 in WeChat's wording.

    `data` is `{"thing2": {"value": "…"}}`; `needed` are the fields of the template, where they are known.
    """
    if not isinstance(data, Mapping):
        raise ApiFault(47001)
    values: dict[str, str] = {}
    for name in dict.fromkeys([*needed, *data]):
        if name in ("first", "remark"):
            continue  # filtered out by WeChat since 2023-05-04
        given = data.get(name)
        value = given.get("value") if isinstance(given, Mapping) else None
        if value is None or str(value).strip() == "":
            raise ApiFault(47003, f"argument invalid! data.{name}.value is empty")
        kind = re.sub(r"\d+$", "", name)
        if _CONTROL.search(str(value)) or not re.fullmatch(KINDS.get(kind, r".{1,200}"), str(value)):
            raise ApiFault(47003, f"argument invalid! data.{name}.value invalid")
        values[name] = str(value)
    return values
