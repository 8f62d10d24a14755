"""What a process knows: the content, and everything that is built from it once and then only read."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bot.settings import ContentSettings, SettingsError
from faq.content import Content
from faq.encoder import KNOWN, Encoder, EncoderError, is_encoded, load_encoder
from faq.learned import Learned
from faq.match import texts_of
from faq.places import AreaName, Gazetteer, nearest
from faq.understand import Understander

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Knowledge:
    """The content and what is built from it; swapped whole when the content changes.

    `is_whole`: every encoder of the settings takes part; one whose vectors take minutes joins later.
    """

    content: Content
    understander: Understander
    is_whole: bool = True

    @cached_property
    def _areas(self) -> list[AreaName]:
        return [
            AreaName(number, area.name, area.aliases, area.level, area.latitude, area.longitude)
            for number, area in enumerate(self.content.area_list)
        ]

    @cached_property
    def _gazetteer(self) -> Gazetteer:
        return Gazetteer(self._areas)

    def area_named(self, text: str) -> str | None:
        """The name of the most specific area that a text names, None when it names none."""
        number = self._gazetteer.find(text)
        return None if number is None else self.content.area_list[number].name

    def area_near(self, latitude: float, longitude: float, within_km: float) -> str | None:
        """The name of the area nearest to a point (degrees); None when none is within so many kilometres."""
        number = nearest(self._areas, latitude, longitude, within_km)
        return None if number is None else self.content.area_list[number].name


class Knower:
    """Builds the knowledge of a content as the settings want it. Encoders are loaded once, when first needed."""

    def __init__(self, settings: ContentSettings) -> None:
        self._settings = settings

    @cached_property
    def encoders(self) -> Sequence[Encoder]:
        """The encoders of the settings that can be had here.

        Raises SettingsError for one that nobody knows; one whose wheel this machine cannot have is done without.
        """
        found = []
        for name in self._settings.encoders:
            try:
                encoder = load_encoder(name)
            except EncoderError as error:
                if name not in KNOWN:
                    raise SettingsError([f"content.encoders: {error}"]) from error
                log.warning("the encoder %s is not installed here; questions are understood without it", name)
                continue
            if encoder:
                found.append(encoder)
        return found

    @cached_property
    def learned(self) -> Learned | None:
        """The model of the town's own history that the settings name. Raises ContentError when it is damaged."""
        return Learned.load(Path(self._settings.category_model)) if self._settings.category_model else None

    def whole(self, content: Content) -> Knowledge:
        """With every encoder, however long that takes."""
        return Knowledge(content, Understander(content, self.encoders, self._settings.cache, self.learned))

    def given(self, content: Content) -> Knowledge:
        """With every encoder, for entries that are not the content's own: the content's vectors stay in the cache."""
        cache = self._settings.cache / "given"
        return Knowledge(content, Understander(content, self.encoders, cache, self.learned))

    def soon(self, content: Content) -> Knowledge:
        """With the first encoder, and with those whose vectors are in the cache."""
        texts, cache = texts_of(content.entries, content.unanswered_questions), self._settings.cache
        ready = [
            encoder
            for number, encoder in enumerate(self.encoders)
            if not number or all(is_encoded(other, texts, cache) for other in self.encoders[1 : number + 1])
        ]
        is_whole = len(ready) == len(self.encoders)
        return Knowledge(content, Understander(content, ready, cache, self.learned), is_whole)


Know = Callable[[Content], Knowledge]
