"""The small town and the real content, loaded once."""

from pathlib import Path

import pytest

from faq.content import Content, load_content
from faq.understand import Understander
from tests.faq.town import REAL, town


@pytest.fixture(scope="session")
def small_town(tmp_path_factory: pytest.TempPathFactory) -> Content:
    """The content of the small town."""
    return town(tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="session")
def understander(small_town: Content) -> Understander:
    """The small town's understanding."""
    return Understander(small_town)


@pytest.fixture(scope="session")
def real() -> Content:
    """The content that is shipped."""
    return load_content(Path(REAL))
