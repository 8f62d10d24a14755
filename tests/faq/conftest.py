"""The small town and the real content, loaded once, and one thread for each test process."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sklearn.linear_model  # noqa: F401  (brings the libraries whose threads are limited)
from threadpoolctl import threadpool_limits

from faq.content import Content, load_content
from faq.intent import Listener
from faq.understand import Understander
from tests.faq.town import REAL, town


@pytest.fixture(scope="session", autouse=True)
def _one_thread() -> Iterator[None]:
    """Test processes that share the cores slow each other down when each of them computes on all."""
    with threadpool_limits(limits=1):
        yield


@pytest.fixture(scope="session")
def small_town(tmp_path_factory: pytest.TempPathFactory) -> Content:
    """The content of the small town."""
    return town(tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="session")
def understander(small_town: Content) -> Understander:
    """The small town's understanding."""
    return Understander(small_town)


@pytest.fixture(scope="session")
def listener(small_town: Content) -> Listener:
    """What the small town's examples teach of what senders want."""
    return Listener(small_town)


@pytest.fixture(scope="session")
def real() -> Content:
    """The content that is shipped."""
    return load_content(Path(REAL))


@pytest.fixture(scope="session")
def real_understander(real: Content) -> Understander:
    """The shipped content's understanding."""
    return Understander(real)
