"""The peers run on node; without them these tests fail, and say what is missing."""

import shutil
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent


@pytest.fixture(scope="session")
def node() -> str:
    """The node binary, with the packages of this folder installed."""
    found = shutil.which("node")
    if found is None:
        pytest.fail("node is needed: install the package 'nodejs' (make setup-tests does)")
    if not (FOLDER / "node_modules" / "co-wechat").exists():
        pytest.fail("the npm packages are missing: run make setup-tests")
    return found
