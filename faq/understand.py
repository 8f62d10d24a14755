"""What a resident's message means: intent, category, urgency, place, and the entry that answers it."""

from dataclasses import dataclass

from faq.classify import STRONG, UNSORTED, Finding, Intent, Listener, Sorter
from faq.content import Content, Danger
from faq.match import NO_MATCH, Match, Matcher
from faq.normalise import normalise
from faq.places import PlaceFinder
from faq.urgency import Alarm, Urgency

KEYWORD_LENGTH = 4  # 公积金, 不动产证: so few letters with no verb are a question
LISTED = 0.95  # nearly letter by letter a wording of an entry, which somebody listed there on purpose


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

    def __init__(self, content: Content) -> None:
        self.matcher = Matcher(content.entries)
        self._sorter, self._listener, self._alarm = Sorter(content), Listener(content), Alarm(content)
        names = (name for area in content.area_list for name in (area.name, *area.aliases))
        self._places = PlaceFinder(content.place_words, names)

    def understand(self, text: str) -> Understanding:
        """The meaning of a text. Only a question is matched with the entries: a report wants a person."""
        urgency, danger = self._alarm.judge(text)
        place = self._places.find(text)
        finding = self._sorter.sort(text)
        intent = "request" if danger else self._listener.intent(text, place is not None, finding.weight > 0)
        match = self.matcher.match(text, self._listener.asked(text)) if intent in ("question", None) else NO_MATCH
        is_guess = False
        if intent is None:
            # No cue at all, as in 公积金: what an entry is about is a question, a matter or a place is a request.
            is_short = len(normalise(text)) <= KEYWORD_LENGTH
            is_asked = is_short or not finding.weight or match.score >= LISTED
            is_known = match.band != "none" and not place and is_asked
            is_matter = bool(finding.weight or place)
            intent = "question" if is_known else "request" if is_matter else "chat"
            is_guess = not is_known and not is_matter
            match = match if is_known else NO_MATCH
        if intent in ("thanks", "chat"):
            finding = Finding(UNSORTED, (), 0)
        elif intent == "question" and match.band == "sure":
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
