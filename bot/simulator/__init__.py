"""A stand-in for WeChat: pushes to the real webhook, WeChat's API, and a page of phones."""

from bot.simulator.simulator import Simulator, default_phones
from bot.simulator.state import Phone

__all__ = ["Phone", "Simulator", "default_phones"]
