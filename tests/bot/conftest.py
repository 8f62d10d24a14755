"""A town with few entries, for tests that change its content."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faq.town import ENTRIES, REAL, write
from tests.world import Town

# 办证去什么窗口 is a close call between these two, however the matcher is tuned.
TWINS = ENTRIES.replace('"补办身份证要带什么"', '"补办身份证要带什么", "办证去哪个窗口"').replace(
    '"办居住证需要多久"', '"办居住证需要多久", "办证去哪里的窗口"'
)


@pytest.fixture
def small(database_url: str, tmp_path: Path) -> Iterator[Town]:
    """A town with few entries, whose files a test may change."""
    folder = tmp_path / "content"
    folder.mkdir()
    write(folder, {"entries-town.toml": TWINS, "replies.toml": (REAL / "replies.toml").read_text("utf-8")})
    opened = Town(database_url, tmp_path, content_folder=folder)
    yield opened
    opened.close()
