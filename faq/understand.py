"""What a resident's message means: intent, category, urgency, place, and the entry that answers it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from faq.category import STRONG, UNSORTED, WEAK, Finding
from faq.content import Content
from faq.encoder import Encoder
from faq.intent import Heard, Intent, Listener
from faq.items import Danger
from faq.learned import Learned
from faq.match import NO_MATCH, Match, Matcher
from faq.normalise import normalise
from faq.places import PlaceFinder, is_only_place
from faq.second import SecondOpinion
from faq.subject import Subject
from faq.urgency import Alarm, Urgency

KEYWORD_LENGTH = 4  # 公积金, 不动产证: so few letters with no verb are a question
PERHAPS = 0.25  # a question this probable is looked up when nothing better is known of it
CLEAR = 0.93  # that it asks, and the entry answers: an answer less probable than both together is only offered
FOUND = 0.5  # an entry this probable says what a question is about
DANGER_POINTS = 5  # that a danger gives to its category
SMALL_TALK = 0.85  # small talk that is less clear than this may be a matter that nobody understands
GUESS = 0.45  # an intent less probable than this is a guess


@dataclass(frozen=True)
class Understanding:
    """The labels of one message.

    `place` is in the message's own words, `evidence` speaks for the category and `weight` is how much (0:
    nothing does). `is_guess`: nothing in the message says what its sender wants (the intent is then the
    likeliest one).
    """

    intent: Intent
    category: str
    evidence: tuple[str, ...]
    urgency: Urgency
    danger: Danger | None
    place: str | None
    match: Match
    weight: int = 0
    is_guess: bool = False


class Understander:
    """One content version, ready to understand. Built once, then only read: threads may share it."""

    def __init__(
        self,
        content: Content,
        encoders: Sequence[Encoder] = (),
        cache: Path | None = None,
        learned: Learned | None = None,
    ) -> None:
        """`encoders` and the folder of their `cache`: see Matcher. `learned`: a model of the town's own history."""
        self.matcher = Matcher.of(content, encoders, cache)
        self._subject, self._listener = Subject(content, learned, cache), Listener(content, cache)
        names = (name for area in content.area_list for name in (area.name, *area.aliases))
        self._places = PlaceFinder(content.place_words, names)
        self._alarm, self._second = Alarm(content), SecondOpinion(content, self._places.find, cache)

    def understand(self, text: str) -> Understanding:
        """The meaning of a text. Only a question is matched with the entries: a report wants a person."""
        heard = self._listener.hear(text)
        place = self._places.find(text)
        urgency, danger = self._second.judge(text, place, *self._alarm.judge(text))
        finding = self._subject.find(text, {danger.category: DANGER_POINTS} if danger and danger.category else None)
        listed = None if danger else self.matcher.listed(text)
        if is_only_place(text, place):
            finding = replace(finding, weight=min(finding.weight, WEAK))  # 铁西公园: where, and not that of a park
        # A named place and nothing that asks is an event, however much it sounds like a question of the FAQ.
        is_told = danger or (heard.intent == "question" and place and not listed and not self._listener.asks(text))
        intent: Intent = "request" if is_told else "question" if listed else heard.intent
        if intent == "chat" and place and finding.weight >= STRONG:
            intent = "request"  # small talk names no place with a matter
        match = listed or NO_MATCH
        if not listed and (intent == "question" or (not is_told and self._may_ask(text, heard))):
            match = self.matcher.match(text, self._listener.asked(text))
            if intent != "question" and match.band != "none":
                intent = "question"
            if match.band == "sure" and heard.question * match.score < CLEAR and len(normalise(text)) > KEYWORD_LENGTH:
                match = replace(match, band="maybe")
        is_matter = bool(finding.weight or place)
        is_unclear = heard.probability < (SMALL_TALK if intent == "chat" else GUESS)
        is_guess = not danger and match.band == "none" and is_unclear and not is_matter
        if is_guess:
            intent = "chat"
        if intent in ("thanks", "chat"):
            finding = Finding(UNSORTED, (), 0)
        elif intent == "question" and match.score >= FOUND:
            entry = match.choices[0].entry
            if entry.category != finding.category:
                finding = Finding(entry.category, (entry.question,), STRONG)
        return Understanding(
            intent=intent,
            category=finding.category,
            evidence=finding.evidence,
            urgency=urgency if intent == "request" else "normal",
            danger=danger,
            place=place,
            match=match,
            weight=finding.weight,
            is_guess=is_guess,
        )

    @staticmethod
    def _may_ask(text: str, heard: Heard) -> bool:
        """A lone keyword (公积金) asks; so may what nobody can tell from small talk, and what is typed in letters."""
        plain = normalise(text)
        if plain.isascii() and plain.isalpha():
            return heard.intent in ("question", "chat")
        return heard.question >= PERHAPS and (len(plain) <= KEYWORD_LENGTH or heard.intent == "chat")
