"""What the fields of a template message take (类目模板), and how a value is made to fit.

A field's kind is its name without the number: thing2 is a thing. A value that does not fit makes
WeChat refuse the whole message with 47003. Source: WeChat's table of field kinds for template and
subscription messages.
"""

import re
from dataclasses import dataclass

HAN = r"\u3400-\u9fff"


@dataclass(frozen=True)
class Rule:
    """Of one kind of field: the most characters, which characters it refuses, and what stands for no value."""

    longest: int
    refused: str = ""
    nothing: str = "见详情"


RULES = {
    "thing": Rule(20),
    "short_thing": Rule(5),
    "const": Rule(20),
    "phrase": Rule(5, rf"[^{HAN}]"),
    "character_string": Rule(32, r"[^\x20-\x7e]", "-"),
    "number": Rule(32, r"[^0-9.]", "0"),
    "letter": Rule(32, r"[^A-Za-z]", "N"),
    "symbol": Rule(5, rf"[0-9A-Za-z{HAN}]", "-"),
    "phone_number": Rule(17, r"[^0-9+()-]", "-"),
    "car_number": Rule(8, rf"[^0-9A-Za-z{HAN}]", "-"),
}
HAN_NAME = Rule(10, rf"[^{HAN}·]", "值班委员")
LATIN_NAME = Rule(20, r"[^A-Za-z .]", "值班委员")
OTHER = Rule(200)  # times and dates among them: they are written to fit where they are made
BLANKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\ud800-\udfff]+")


def template_value(field: str, value: str) -> str:
    """The value as the template's field takes it: one line, of its kind, cut to its length, never empty.

    `field` is the account's name for it, such as `thing2`. A cut thing ends in "…".
    """
    name = field.rstrip("0123456789")
    text = BLANKS.sub(" ", value)
    rule = RULES.get(name, OTHER)
    if name == "name":
        rule = HAN_NAME if re.search(f"[{HAN}]", text) else LATIN_NAME
    if rule.refused:
        text = re.sub(rule.refused, "", text)
    text = text.strip()
    if len(text) > rule.longest:
        text = text[: rule.longest - 1] + "…" if name == "thing" else text[: rule.longest].strip()
    return text or rule.nothing
