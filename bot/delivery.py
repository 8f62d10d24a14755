"""The delivery loop: claims what is due in the outbox, sends it, and writes down what became of it.

A notice goes out as a customer-service message while one of WeChat's windows is open, else as a
template message, else it is held until the person's next contact. Sending happens outside every
transaction; a sender that is killed loses only its lease, so a notice is sent at least once.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.clock import SHANGHAI, Now
from bot.knowledge import Knowledge
from bot.records import outbox, people, tickets
from bot.records.outbox import Notice
from bot.records.people import Resident
from bot.records.store import DatabaseError, Store
from bot.settings import Settings
from bot.wechat.client import Account, ApiError
from bot.wechat.errors import Action
from bot.wechat.render import split_text

log = logging.getLogger(__name__)

MOST_UNCERTAIN_TRIES = 2
LEASE_MARGIN = 4  # seconds; a call that takes longer than its time limit is given up
BACK_OFF_PAUSE = timedelta(minutes=1)  # the quota is by the minute
MEDIA_DAYS = 3  # WeChat keeps what a resident sends for three days
MAY_BE_SILENT = ("resolved", "added", "hurried", "withdrawn")  # kinds that need no words of the person
SUFFIXES = {"image": ".jpg", "voice": ".amr", "video": ".mp4", "file": ".bin"}


@dataclass(frozen=True)
class Outcome:
    """What became of one try: the new state, how it went out, when to try again."""

    state: str
    via: str | None = None
    due_at: datetime | None = None
    error: str = ""


class Delivery:
    """Sends what the outbox holds. `run_once` does one batch; `run` loops until told to stop."""

    def __init__(
        self,
        store: Store,
        account: Account,
        knowledge: Callable[[], Knowledge],
        settings: Settings,
        now: Now,
        ring: Callable[[str], None] = log.critical,
    ) -> None:
        self._store, self._account, self._knowledge = store, account, knowledge
        self._settings, self._now, self._ring = settings, now, ring
        self.senders: Mapping[str, Callable[[Notice], Outcome]] = {
            "assigned": self._send_if_theirs,
            "added": self._send_if_theirs,
            "reopened": self._send_if_theirs,
            "hurried": self._send_if_theirs,
            "withdrawn": self._send_if_theirs,
            "moved": self._send,
            "accepted": self._send,
            "answered": self._send,
            "resolved": self._send,
            "rest": self._send,
            "media": self._fetch,
        }

    def run_once(self) -> int:
        """Send one batch of what is due; how many notices were tried."""
        now = self._now()
        lease = now + timedelta(seconds=self._settings.delivery.lease_seconds)
        with self._store.write() as connection:
            claimed = outbox.claim(connection, now, lease, self._settings.delivery.batch)
        for notice in claimed:
            if self._now() > lease - timedelta(seconds=LEASE_MARGIN):
                break  # the rest comes back when the lease ends, also to another sender
            outcome = self._try(notice)
            with self._store.write() as connection:
                sent_at = self._now() if outcome.state == "sent" else None
                outbox.mark(
                    connection,
                    notice.id,
                    outcome.state,
                    due_at=outcome.due_at,
                    via=outcome.via,
                    sent_at=sent_at,
                    error=outcome.error,
                )
                if sent_at:
                    if outcome.via == "custom":
                        people.count_sent(connection, notice.resident_id)
                    if notice.ticket_id and "member_id" in notice.facts:
                        tickets.show(connection, notice.ticket_id, notice.facts["member_id"], sent_at)
            if outcome.state == "dead":
                self._ring(f"notice {notice.id} ({notice.kind}) is dead: {outcome.error}")
        return len(claimed)

    def run(self, stop: threading.Event) -> None:
        """Send until told to stop; a database that is away for a while does not end the loop."""
        while not stop.is_set():
            try:
                with self._store.wakeups() as wait:
                    while not stop.is_set():
                        if not self.run_once():
                            wait(self._settings.delivery.poll_seconds)
            except DatabaseError as error:
                log.error("the outbox cannot be read, trying again: %s", type(error).__name__)
                stop.wait(self._settings.delivery.poll_seconds)

    def _try(self, notice: Notice) -> Outcome:
        try:
            return self.senders[notice.kind](notice)
        except ApiError as error:
            return self._after(error, notice)
        except Exception as error:  # a notice that cannot be sent must not stop the others
            log.error("notice %s (%s) failed: %s", notice.id, notice.kind, type(error).__name__)
            return self._again(notice, type(error).__name__)

    def _send_if_theirs(self, notice: Notice) -> Outcome:
        """For owners only: who no longer has the ticket is not told about it."""
        with self._store.read() as connection:
            ticket = tickets.read(connection, notice.ticket_id or 0)
        if ticket is None or ticket.owner_id != notice.facts["member_id"]:
            return Outcome("dropped", error="the ticket has another owner")
        return self._send(notice)

    def _send(self, notice: Notice) -> Outcome:
        with self._store.read() as connection:
            person = people.resident(connection, notice.resident_id)
        template = self._settings.wechat.templates.get(notice.kind)
        # A customer-service message that was not answered may have arrived: at most one more, then the
        # template message, which WeChat sends once however often it is asked.
        is_spent = template is not None and notice.tries > MOST_UNCERTAIN_TRIES
        if self._is_window_open(person) and not is_spent:
            try:
                for text in split_text(self.text_of(notice), self._settings.wechat.reply_max_bytes):
                    self._account.send_text(person.openid, text)
                return Outcome("sent", via="custom")
            except ApiError as error:
                if error.action is not Action.OTHER_CHANNEL:
                    raise
        if template is None:
            return Outcome("held", error="no window is open and there is no template")
        said = notice.facts | {
            "place": notice.facts.get("place") or self._say("word.place_unknown"),
            "words": notice.facts.get("words") or self.text_of(notice),
            "hint": self._say(f"hint.{notice.kind}", mark=self._mark(notice)),
        }
        data = {name: str(said.get(value, "")) for name, value in template.fields.items()}
        try:
            self._account.send_template(person.openid, template.id, data, client_msg_id=f"notice-{notice.id}")
        except ApiError as error:
            if error.action is not Action.OTHER_CHANNEL:
                raise
            return Outcome("held", error=str(error.code))
        return Outcome("sent", via="template")

    def text_of(self, notice: Notice) -> str:
        """The notice as the person reads it in the chat."""
        values = notice.facts | {"mark": self._mark(notice)}
        if not values.get("place"):
            values["place"] = self._say("word.place_unknown")
        is_silent = notice.kind in MAY_BE_SILENT and not values.get("words")
        return self._say(f"notice.{notice.kind}_silently" if is_silent else f"notice.{notice.kind}", **values)

    def _mark(self, notice: Notice) -> str:
        urgency = notice.facts.get("urgency", "normal")
        return "" if urgency == "normal" else self._say(f"mark.{urgency}")

    def _say(self, name: str, **values: object) -> str:
        return self._knowledge().content.replies.say(name, **values)

    def _is_window_open(self, person: Resident) -> bool:
        """Whether WeChat lets us send this person a customer-service message now (its own answer has the last word)."""
        wechat, now = self._settings.wechat, self._now()
        if not person.is_following:
            return False
        wrote = person.wrote_at is not None and person.wrote_at > now - timedelta(hours=wechat.window_hours)
        touched = person.touched_at is not None and person.touched_at > now - timedelta(seconds=wechat.touch_seconds)
        return (wrote and person.sent_since_wrote < wechat.window_messages) or (
            touched and person.sent_since_touched < wechat.touch_messages
        )

    def _fetch(self, notice: Notice) -> Outcome:
        """Download what a resident sent and keep it below the media folder."""
        if self._now() > notice.created_at + timedelta(days=MEDIA_DAYS):
            return self._lose(notice, "WeChat kept it for three days")
        media = self._account.download(notice.facts["media_id"], self._settings.media.max_bytes)
        local = notice.created_at.astimezone(SHANGHAI)
        suffix = Path(media.filename).suffix or SUFFIXES.get(notice.facts.get("kind", ""), ".bin")
        path = Path(f"{local:%Y-%m}") / f"{notice.ticket_id}-{notice.facts['inbound_id']}{suffix}"
        target = self._settings.media.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_suffix(".part")
        part.write_bytes(media.body)
        part.rename(target)
        with self._store.write() as connection:
            tickets.keep(connection, notice.facts["inbound_id"], str(path))
        return Outcome("sent", via="media")

    def _lose(self, notice: Notice, error: str) -> Outcome:
        with self._store.write() as connection:
            tickets.keep(connection, notice.facts["inbound_id"], None)
        return Outcome("dead", error=error)

    def _after(self, error: ApiError, notice: Notice) -> Outcome:
        """What an error of WeChat's API means for the notice."""
        now, told = self._now(), f"{error.code}"
        match error.action:
            case Action.DROP_USER:
                with self._store.write() as connection:
                    people.change_resident(connection, notice.resident_id, is_following=False)
                return Outcome("held", error=told)
            case Action.HOLD_UNTIL_MIDNIGHT:
                self._ring(f"WeChat's quota of the day is used up: {told}")
                midnight = now.astimezone(SHANGHAI).replace(hour=0, minute=0, second=5, microsecond=0)
                return Outcome("pending", due_at=midnight + timedelta(days=1), error=told)
            case Action.BACK_OFF:
                return Outcome("pending", due_at=now + BACK_OFF_PAUSE, error=told)
            case Action.NEVER if notice.kind == "media":
                return self._lose(notice, told)
            case Action.NEVER:
                self._ring(f"WeChat refuses {notice.kind} with {told}")
                return Outcome("dead", error=told)
            case Action.CONFIGURATION:
                # Nothing is wrong with the notice: it waits until the account is put right.
                self._ring(f"WeChat refuses the account with {told}: see its settings")
                pause = max(self._settings.delivery.pauses_seconds)
                return Outcome("pending", due_at=now + timedelta(seconds=pause), error=told)
            case _:
                return self._again(notice, told)

    def _again(self, notice: Notice, error: str) -> Outcome:
        """Try again after a growing pause, or give up visibly."""
        delivery = self._settings.delivery
        if notice.kind != "media" and notice.tries >= delivery.max_tries:  # media has three days instead
            return Outcome("dead", error=error)
        pause = delivery.pauses_seconds[min(notice.tries, len(delivery.pauses_seconds)) - 1]
        return Outcome("pending", due_at=self._now() + timedelta(seconds=pause), error=error)
