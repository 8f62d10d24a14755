"""The queue of messages that had no answer or a wrong one, and what accepting one of them makes of the content."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.knowledge import Know, Knowledge
from bot.records import learning
from bot.records.learning import Match, Outdated
from bot.records.store import Connection
from faq.content import Content, ContentError
from faq.learning import Addition, Said, group, in_meaning, lexical, said, with_wordings, wording_faults

MOST_QUEUED = 1000  # the newest ones
ALIKE = 0.5  # by letters: on public question pairs 30 to 75 % of the pairs this puts together are paraphrases
ALIKE_IN_MEANING = 0.7
MOST_RANKED = 10  # messages of a group that are asked for the nearest entry
NEAREST = 4
LEAST = 0.2  # a nearest entry below this score is none


class Refused(ContentError):
    """What was asked for cannot be done; `faults` says why, one a line."""


@dataclass(frozen=True)
class Suggestion:
    """The entry that a group of messages may want: picked by so many residents, or (0) only the nearest."""

    entry: str
    question: str
    picked_by: int
    score: float


@dataclass(frozen=True)
class Group:
    """Messages that mean the same, the most typical one first."""

    matches: tuple[Match, ...]
    suggested: Suggestion | None

    @property
    def residents(self) -> int:
        """How many people wrote them."""
        return len({match.openid for match in self.matches})


@dataclass(frozen=True)
class Proposal:
    """A wording that would join an entry: what is known before and after, and what its own message would get."""

    match: Match
    entry: str
    wording: str
    follows_id: int
    additions: tuple[Addition, ...]
    before: Knowledge
    after: Knowledge
    own_before: Said
    own_after: Said


def grouped(waiting: Sequence[Match], knowledge: Knowledge) -> list[Group]:
    """The queue: what still has no right answer, grouped by meaning (by letters alone where there is no encoder); what
    most residents asked comes first."""
    open_ones = [match for match in waiting if not _is_settled(match, said(knowledge.understander, match.words))]
    words = [match.words for match in open_ones]
    encoder = knowledge.understander.matcher.first_encoder
    likeness, alike = (in_meaning(encoder.encode)(words), ALIKE_IN_MEANING) if encoder else (lexical(words), ALIKE)
    found = [
        Group(members, _suggestion(members, knowledge))
        for positions in group(words, likeness, alike)
        for members in [tuple(open_ones[position] for position in positions)]
    ]
    return sorted(found, key=lambda one: (-one.residents, -len(one.matches)))


def propose(
    connection: Connection, files: Content, know: Know, match_id: int, entry_id: str | None, wording: str | None
) -> Proposal:
    """What accepting a match would do. Without an entry, the one that the queue suggests. Raises Refused."""
    match = learning.match(connection, match_id)
    if match is None:
        raise Refused([f"match: found {match_id}, which does not exist"])
    if match.verdict:
        raise Refused([f"match: found {match_id}, which is {match.verdict} already"])
    follows_id = learning.newest_id(connection)
    served = learning.additions(connection, follows_id)
    before = know(with_wordings(files, served).content)
    if entry_id is None:
        waiting = learning.waiting(connection, MOST_QUEUED)
        groups = grouped(waiting, before)
        own = next((one for one in groups if match_id in [member.id for member in one.matches]), None)
        if own is None or own.suggested is None:
            raise Refused([f"entry: found none, expected one: nothing is suggested for match {match_id}"])
        entry_id = own.suggested.entry
    words = (match.words if wording is None else wording).strip()
    if faults := wording_faults(before.content, entry_id, words):
        raise Refused(faults)
    additions = (*served, Addition(entry_id, words, match_id))
    after = know(with_wordings(files, additions).content)
    return Proposal(
        match=match,
        entry=entry_id,
        wording=words,
        follows_id=follows_id,
        additions=additions,
        before=before,
        after=after,
        own_before=said(before.understander, match.words),
        own_after=said(after.understander, match.words),
    )


def accept(connection: Connection, proposal: Proposal, files_version: str, by: str, now: datetime) -> int:
    """Write the version that the proposal shows, and take its match from the queue; the version's id.

    Raises Refused when another version was written, or the match reviewed, since the proposal.
    """
    match_id = proposal.match.id
    try:
        learning.review(connection, match_id, "accepted", by, now)
        return learning.put_version(
            connection,
            proposal.follows_id,
            proposal.additions,
            files_version,
            f"match {match_id} accepted for {proposal.entry}",
            by,
            now,
        )
    except Outdated as error:
        raise Refused([f"{error}, look again"]) from error


def dismiss(connection: Connection, match_id: int, by: str, now: datetime) -> None:
    """Take a match from the queue without learning from it. Raises Refused."""
    if learning.match(connection, match_id) is None:
        raise Refused([f"match: found {match_id}, which does not exist"])
    try:
        learning.review(connection, match_id, "dismissed", by, now)
    except Outdated as error:
        raise Refused([str(error)]) from error


def roll_back(connection: Connection, version_id: int, files_version: str, by: str, now: datetime) -> int:
    """Serve again what a version served, as a new version; its id. Raises Refused.

    The matches whose wordings go come back into the queue, those whose wordings return leave it.
    """
    is_known = version_id == learning.FILES_ALONE or learning.version(connection, version_id) is not None
    if not is_known:
        raise Refused([f"version: found {version_id}, which does not exist"])
    follows_id = learning.newest_id(connection)
    old, new = learning.additions(connection, follows_id), learning.additions(connection, version_id)
    was, will = ({addition.match_id for addition in additions} for additions in (old, new))
    learning.reopen(connection, sorted(was - will))
    learning.accept_again(connection, sorted(will - was), by, now)
    try:
        return learning.put_version(connection, follows_id, new, files_version, f"rolled back to {version_id}", by, now)
    except Outdated as error:
        raise Refused([f"{error}, look again"]) from error


def _rejected(match: Match) -> set[str]:
    """The entries that the resident was not helped by."""
    if match.outcome == "none_of_these":
        return {shown.entry for shown in match.choices}
    if match.outcome not in ("unhelpful", "human"):
        return set()
    sure = match.choices[0].entry if match.band == "sure" else None
    return {entry for entry in (match.picked_entry or sure,) if entry}


def _is_settled(match: Match, now: Said) -> bool:
    """Whether the message would now get, surely, an answer that its sender has not turned down."""
    if now.band != "sure" or now.first in _rejected(match):
        return False
    return match.outcome != "picked" or now.first == match.picked_entry


def _suggestion(members: Sequence[Match], knowledge: Knowledge) -> Suggestion | None:
    pickers: dict[str, set[str]] = defaultdict(set)
    for match in members:
        if match.outcome == "picked" and match.picked_entry:
            pickers[match.picked_entry].add(match.openid)
    questions = {entry.id: entry.question for entry in knowledge.content.entries}
    picked = Counter({entry: len(people) for entry, people in pickers.items() if entry in questions})
    if picked:
        entry, count = picked.most_common(1)[0]
        return Suggestion(entry, questions[entry], count, 1.0)
    rejected = set[str]().union(*map(_rejected, members))
    rank = knowledge.understander.matcher.rank
    ranked = [choice for match in members[:MOST_RANKED] for choice in rank(match.words, NEAREST)]
    near = [choice for choice in ranked if choice.entry.id not in rejected and choice.score >= LEAST]
    if not near:
        return None
    best = max(near, key=lambda choice: choice.score)
    return Suggestion(best.entry.id, best.entry.question, 0, round(best.score, 4))
