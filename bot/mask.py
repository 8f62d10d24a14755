"""ID and phone numbers are masked before a message is written anywhere: the last four digits stay."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.messages import Inbound

# A resident ID number: 17 digits and a digit or X (GB 11643-1999), or the old 15 digits.
ID_NUMBER = re.compile(r"(?<![0-9])(?:[1-9]\d{16}[\dXx]|[1-9]\d{14})(?![0-9Xx])")
# A mobile number (1 and ten digits, perhaps grouped or with +86), or an area code with a fixed line.
MOBILE = re.compile(r"(?<![0-9])(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?![0-9])")
FIXED_LINE = re.compile(r"(?<![0-9])0\d{2,3}[- ]?\d{7,8}(?![0-9])")


def mask(text: str) -> str:
    """The text with ID and phone numbers shortened to stars and their last four digits."""
    for pattern in (ID_NUMBER, MOBILE, FIXED_LINE):
        text = pattern.sub(lambda found: "****" + found[0][-4:], text)
    return text


def masked(message: Inbound) -> Inbound:
    """The message with every text in it masked."""
    return replace(message, text=mask(message.text), label=mask(message.label), fields=_masked(message.fields))


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, Mapping):
        return {key: _masked(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_masked(item) for item in value]
    return value
