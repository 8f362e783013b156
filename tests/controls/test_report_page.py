"""The page of a report in a real browser: 86 controls, some not well."""

from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from policies.report import read
from policies.report._page import page
from tests.browser import DESK, PHONE, Browser
from tests.controls.reports import journal, many

# A cold browser on a busy machine takes minutes.
pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

SHOWN = (
    "return [...document.querySelectorAll(arguments[0])].filter(each => each.checkVisibility())"
    ".map(each => each.className);"
)
_actions: Any = ActionChains


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    controls, verdicts = many()
    file = folder / "controls.html"
    file.write_text(page(read(journal(folder / "journal", controls, *verdicts), controls)))
    return file


def press(browser: Browser, *keys: str) -> None:
    for key in keys:
        _actions(browser.driver).send_keys(key).perform()


@pytest.mark.parametrize("width", [DESK, PHONE])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_fits_is_read_and_asks_nobody(
    browser: Browser, report: Path, theme: str, width: int
) -> None:
    browser.show(report, theme=theme, width=width)
    browser.ask("document.querySelectorAll('details').forEach(each => { each.open = true; });")
    assert browser.wider_than_the_window() == 0
    assert browser.faint_texts() == []
    assert browser.broken_links(report.parent) == []
    assert browser.asked_for() == [report.as_uri()]
    assert browser.complaints() == []


def test_it_is_filtered_by_keys_alone_and_shows_where_they_are(
    browser: Browser, report: Path
) -> None:
    browser.show(report)
    assert len(browser.ask(SHOWN, "tr.control")) == 86
    browser.ask("document.querySelector('#controls .scroll').focus();")
    _actions(browser.driver).key_down(Keys.SHIFT).send_keys(Keys.TAB).key_up(Keys.SHIFT).perform()
    _actions(browser.driver).key_down(Keys.SHIFT).send_keys(Keys.TAB).key_up(Keys.SHIFT).perform()
    assert browser.ask("return document.activeElement.id;") == "o-all"
    press(browser, Keys.ARROW_DOWN)
    assert browser.ask("return document.activeElement.id;") == "o-failed"
    outline = "return getComputedStyle(document.activeElement.closest('label')).outlineStyle;"
    assert browser.ask(outline) == "solid"
    for kind in ("tr.control", "article.control"):
        (only,) = browser.ask(SHOWN, kind)
        assert "o-failed" in only.split()
    press(browser, Keys.ARROW_UP, Keys.TAB, Keys.ARROW_DOWN)
    chosen = browser.ask("return document.activeElement.id;")
    rows = browser.ask(SHOWN, "tr.control")
    assert 0 < len(rows) < 86
    assert all(chosen in row.split() for row in rows)


def test_every_result_is_said_in_words_and_by_a_sign(browser: Browser, report: Path) -> None:
    browser.show(report)
    results = browser.ask(
        "return [...document.querySelectorAll('tr.control td:nth-child(2)')]"
        ".map(each => each.innerText.replaceAll('\\u00a0', ' '));"
    )
    assert {*results} == {
        "✗ failed",
        "? undecided",
        "~ exempt",
        "✓ passed",
        "- nothing to judge",
        "· off",
    }


def test_on_paper_what_was_judged_is_told_without_a_click(browser: Browser, report: Path) -> None:
    browser.show(report)
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    heights = browser.ask(
        "return [...document.querySelectorAll('article details')]"
        ".map(each => each.getBoundingClientRect().height);"
    )
    assert min(heights) > 60
    assert browser.ask(SHOWN, ".choice") == []
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_it_says_that_to_support_is_no_claim(browser: Browser, report: Path) -> None:
    browser.show(report)
    assert "no claim of compliance" in browser.ask(
        "return document.querySelector('header').innerText;"
    )
