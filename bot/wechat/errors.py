"""WeChat's error codes and what to do about each. All of them arrive as HTTP 200."""

from enum import Enum, auto


class Action(Enum):
    """What an error asks for."""

    RETRY = auto()  # try again after a pause
    REFRESH_TOKEN = auto()  # get the newest token and try once more
    BACK_OFF = auto()  # the minute's quota is used: pause longer, keep the order
    HOLD_UNTIL_MIDNIGHT = auto()  # the day's quota is used: nothing before 00:00 Beijing time
    OTHER_CHANNEL = auto()  # the window is closed or used up, or consent is missing: template, else hold
    DROP_USER = auto()  # not following, or refuses: nothing reaches this person now
    CONFIGURATION = auto()  # the account, its secret or its rights are not right: alarm, no retry
    NEVER = auto()  # this very call will never work: alarm


ACTIONS: dict[int, Action] = {
    -1: Action.RETRY,
    40001: Action.REFRESH_TOKEN,
    40014: Action.REFRESH_TOKEN,
    42001: Action.REFRESH_TOKEN,
    40013: Action.CONFIGURATION,
    40125: Action.CONFIGURATION,
    40164: Action.CONFIGURATION,
    40243: Action.CONFIGURATION,
    41001: Action.NEVER,
    40003: Action.DROP_USER,
    50005: Action.DROP_USER,
    43004: Action.DROP_USER,
    43019: Action.DROP_USER,
    48002: Action.DROP_USER,
    43101: Action.OTHER_CHANNEL,
    45015: Action.OTHER_CHANNEL,
    45047: Action.OTHER_CHANNEL,
    45009: Action.HOLD_UNTIL_MIDNIGHT,
    45011: Action.BACK_OFF,
    45001: Action.NEVER,
    45002: Action.NEVER,
    47001: Action.NEVER,
    47003: Action.NEVER,
    40037: Action.NEVER,
    40249: Action.NEVER,
    40007: Action.NEVER,
    41005: Action.NEVER,
    44001: Action.NEVER,
    40029: Action.NEVER,
    40163: Action.NEVER,
    48001: Action.CONFIGURATION,
    48004: Action.CONFIGURATION,
    50001: Action.CONFIGURATION,
    50002: Action.CONFIGURATION,
    48006: Action.NEVER,
}


def action_for(code: int) -> Action:
    """What to do about a code; one that nobody knows is tried again, and ends as a dead letter."""
    return ACTIONS.get(code, Action.RETRY)
