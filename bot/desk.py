"""One message, from record to reply: record, lock, load, handle in one transaction, answer."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from types import TracebackType

from bot.clock import Now
from bot.context import Context, Route
from bot.knowledge import Knowledge
from bot.mask import masked
from bot.memory import Conversation, Memory
from bot.messages import Inbound, Reply
from bot.records import letters, outbox, people, roster
from bot.records.people import Resident
from bot.records.store import Connection, DatabaseError, Store
from bot.settings import Settings
from bot.tickets import UNSORTED, Matter, Tickets
from bot.wechat.render import split_text

log = logging.getLogger(__name__)

WRITING = ("text", "image", "voice", "video", "location", "link", "file", "card")
# Events that a person causes knowingly. The others (receipts, position reports) change nothing.
TOUCHES = ("subscribe", "scan", "click", "scancode_push", "scancode_waitmsg")
FAILED_ROUTE = "failed"
SWEEP_LIMIT = 100


class Desk:
    """Receives every inbound message and gives the reply, exactly once per message."""

    def __init__(
        self,
        store: Store,
        memory: Memory,
        knowledge: Callable[[], Knowledge],
        routes: Sequence[Route],
        settings: Settings,
        now: Now,
    ) -> None:
        self._store, self._memory, self._knowledge = store, memory, knowledge
        self._routes, self._settings, self._now = routes, settings, now

    def receive(self, message: Inbound) -> Reply:
        """Answer a message. A repeated delivery gets the stored reply, word for word.

        A message that could not even be written down gets a sentence asking to send it again.
        """
        message = masked(message)
        try:
            with self._store.write() as connection:
                letters.record(connection, message)
        except DatabaseError as error:
            log.error("a message could not be recorded: %s", type(error).__name__)
            return Reply(self._say("desk.not_recorded"))
        return self._answer(message.key, message.openid)

    def sweep(self) -> int:
        """Handle what a killed process left behind; the reply goes out by the outbox. How many there were."""
        before = self._now() - timedelta(seconds=self._settings.desk.stuck_seconds)
        with self._store.read() as connection:
            keys = letters.stuck(connection, before, SWEEP_LIMIT)
        for key in keys:
            with self._store.read() as connection:
                openid = letters.lock(connection, key).inbound.openid
            self._answer(key, openid, is_late=True)
        return len(keys)

    def _answer(self, key: str, openid: str, *, is_late: bool = False) -> Reply:
        with self._memory.lock(openid):
            talk = self._memory.conversation(openid)
            try:
                with self._store.write() as connection:
                    letter = letters.lock(connection, key)
                    if letter.reply is not None:
                        return Reply(letter.reply)
                    reply, remembered, is_noted = self._handle(connection, letter, talk, is_late)
            except Exception as error:  # whatever a handler raises, the resident gets an answer
                # The message may quote the resident, so only the place and the kind are logged.
                log.error("message %s failed: %s", key, type(error).__name__, exc_info=_without_words(error))
                return self._fail(key, is_late)
            if is_noted:
                self._memory.remember(openid, remembered)
        self._wake()
        return Reply(reply)

    def _handle(
        self, connection: Connection, letter: letters.Letter, talk: Conversation, is_late: bool
    ) -> tuple[str, Conversation, bool]:
        message, now = letter.inbound, self._now()
        resident = people.meet(connection, message.openid, now)
        if talk.inbound_id != resident.last_inbound_id:
            talk = Conversation()  # it missed a message, so what it waits for is out of date
        resident, is_noted = self._note_contact(connection, resident, letter, now)
        context = Context(
            inbound=message,
            inbound_id=letter.id,
            now=now,
            connection=connection,
            resident=resident,
            member=people.member_of(connection, resident.id),
            talk=talk,
            knowledge=self._knowledge(),
            settings=self._settings,
        )
        route = next(route for route in self._routes if route.takes(context))
        text = route.handle(context)
        reply, *rest = split_text(text, self._settings.wechat.reply_max_bytes) or [""]
        if is_late and reply:
            rest.insert(0, reply)
        for part, words in enumerate(rest):
            outbox.put(connection, f"rest:{letter.id}:{part}", "rest", resident.id, {"words": words}, now)
        letters.finish(connection, letter.id, state="done", route=route.name, reply=reply, now=now)
        return reply, replace(context.remembered, inbound_id=letter.id, at=now), is_noted

    def _note_contact(
        self, connection: Connection, resident: Resident, letter: letters.Letter, now: datetime
    ) -> tuple[Resident, bool]:
        """A contact opens WeChat's sending windows and lets out what was held for this person."""
        message, changes = letter.inbound, dict[str, object]()
        if message.kind in WRITING:
            changes = {"wrote_at": now, "sent_since_wrote": 0, "is_following": True}
        elif message.event in TOUCHES:
            changes = {"touched_at": now, "sent_since_touched": 0, "is_following": True}
        if not changes:
            return resident, False
        people.change_resident(connection, resident.id, last_inbound_id=letter.id, **changes)
        outbox.release_held(connection, resident.id, now)
        return people.resident(connection, resident.id), True

    def _fail(self, key: str, is_late: bool) -> Reply:
        """The handler's work is rolled back: say so kindly, and give the words to the coordinator as a ticket."""
        sentence = self._say("desk.failed")
        try:
            with self._store.write() as connection:
                letter, now = letters.lock(connection, key), self._now()
                if letter.reply is not None:
                    return Reply(letter.reply)
                resident = people.meet(connection, letter.inbound.openid, now)
                matter = self._matter_for_desk(connection, letter)
                Tickets(connection, now).open(resident, letter.id, matter, letter.inbound)
                letters.finish(connection, letter.id, state="failed", route=FAILED_ROUTE, reply=sentence, now=now)
                if is_late:
                    values = {"words": sentence}
                    outbox.put(connection, f"rest:{letter.id}:0", "rest", resident.id, values, now)
        except Exception as error:
            # It stays `received`; the sweep tries again.
            log.error("the failure of message %s could not be written down: %s", key, type(error).__name__)
        self._wake()
        return Reply(sentence)

    def _matter_for_desk(self, connection: Connection, letter: letters.Letter) -> Matter:
        words = letter.inbound.text or self._say(f"word.{letter.inbound.kind}")
        return Matter(words, UNSORTED, "normal", roster.city(connection).id, for_desk=True)

    def _wake(self) -> None:
        try:
            self._store.wake()
        except DatabaseError as error:
            log.error("the delivery loop could not be woken: %s", type(error).__name__)

    def _say(self, name: str) -> str:
        return self._knowledge().content.replies.say(name)


def _without_words(error: Exception) -> tuple[type[BaseException], BaseException, TracebackType | None]:
    """The traceback of an error with its message, which may quote a resident, left out."""
    return (RuntimeError, RuntimeError(type(error).__name__), error.__traceback__)
