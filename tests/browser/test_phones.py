"""A person at the simulator's page, in a real browser, through the real webhook."""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from tests.process import ROOT, Program
from tests.soak.test_proofs import free_port

SCREENSHOTS = ROOT / "var" / "screenshots"
PICTURE = ROOT / "tests" / "browser" / "wire.png"
SIZES = {"desk": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    running = Program(tmp_path_factory.mktemp("browser"), free_port())
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.fail("Chromium is needed: install the package 'chromium' (make setup-tests does)")
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.getuid() == 0 else []
        started = playwright.chromium.launch(executable_path=found, args=arguments)
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser, program: Program) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1440, "height": 900})
    problems: list[str] = []
    opened.on("pageerror", lambda error: problems.append(str(error)))
    opened.on("request", lambda request: problems.append(request.url) if not ours(request.url, program) else None)
    opened.goto(f"{program.url}/simulator/")
    yield opened
    opened.close()
    assert not problems, "errors, or something loaded from outside"


def ours(url: str, program: Program) -> bool:
    return url.startswith((program.url, "data:", "blob:"))


def phone(page: Page, openid: str) -> Locator:
    """The phone of a person; opened from the list where it is not open yet."""
    found = page.locator(f'[data-testid=phone][data-openid="{openid}"]')
    if not found.count():
        page.locator(f'[data-testid=person][data-openid="{openid}"]').click()
    expect(found).to_be_visible()
    return found


def say(at: Locator, text: str) -> None:
    at.get_by_test_id("input").fill(text)
    at.get_by_test_id("send").click()


def told(at: Locator, words: str | re.Pattern[str], via: str = "") -> Locator:
    """The newest bubble with these words, waited for."""
    found = at.locator(f"[data-testid=bubble]{f'[data-via={via}]' if via else ''}").filter(has_text=words).last
    expect(found).to_be_visible(timeout=10_000)
    return found


def people(program: Program) -> dict[str, list[dict[str, str]]]:
    listed: dict[str, list[dict[str, str]]] = requests.get(f"{program.url}/simulator/api/people", timeout=5).json()
    return listed


def owner_of(program: Program, number: str) -> str:
    rows = program.rows(
        "SELECT r.openid FROM tickets t JOIN members m ON m.id = t.owner_id "
        f"JOIN residents r ON r.id = m.resident_id WHERE t.id = {int(number) - 100_000}"
    )
    return str(rows[0][0])


def photograph(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png")


def test_a_resident_asks_reports_with_a_picture_and_hears_the_outcome(page: Page, program: Program) -> None:
    resident = phone(page, people(program)["residents"][0]["openid"])
    say(resident, "身份证丢了咋补办")
    told(resident, "依据", "reply")

    say(resident, "工行小区3号楼楼道电线耷拉下来了")
    opened = told(resident, "已登记", "reply").inner_text()
    number = re.search(r"编号 (\d+)", opened)
    assert number
    resident.get_by_test_id("image-input").set_input_files(PICTURE)
    told(resident, f"已记到编号 {number[1]}", "reply")
    photograph(page, "reported")

    member = phone(page, owner_of(program, number[1]))
    told(member, number[1])
    say(member, "1")
    told(member, "已接单", "reply")
    told(resident, "已接手办理", "custom")
    say(member, "6 已换新线")
    told(member, "已办结", "reply")
    told(resident, "已换新线", "custom")
    photograph(page, "resolved")
    assert program.rows(f"SELECT state FROM tickets WHERE id = {int(number[1]) - 100_000}") == [("resolved",)]
    kept = program.rows("SELECT state, path FROM attachments")
    assert kept[0][0] == "kept"
    assert (program.folder / "var" / "media" / Path(str(kept[0][1]))).read_bytes() == PICTURE.read_bytes()


def test_a_close_call_is_chosen_by_tap(page: Page, program: Program) -> None:
    resident = phone(page, people(program)["residents"][1]["openid"])
    say(resident, "电费和水费咋交")
    choices = told(resident, "您想问的是哪一个", "reply")
    choices.locator("a").first.click()
    told(resident, "依据", "reply")
    photograph(page, "chosen")


@pytest.mark.parametrize("size", SIZES)
def test_the_page_fits_the_screen(browser: Browser, program: Program, size: str) -> None:
    opened = browser.new_page(viewport=SIZES[size])  # type: ignore[arg-type]
    opened.goto(f"{program.url}/simulator/")
    expect(opened.get_by_test_id("phone").first).to_be_visible()
    photograph(opened, f"page-{size}")
    assert opened.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    opened.close()
