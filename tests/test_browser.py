"""The browser that looks at pages sees what is wrong with one, and its absence is no silence."""

from pathlib import Path

import pytest

from tests.browser import PHONE, Browser, missing

WRONG = """<!doctype html><title>Wrong</title>
<style>@media (prefers-color-scheme: dark) { body { background: #111; color: #333 } }</style>
<p style="width: 600px">Wide <a href="#nowhere">there</a> <a href="none.log">log</a>
<img src="http://127.0.0.1:9/x.png"><a tabindex="2" href="none.log">first</a></p>"""


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    file = tmp_path / "wrong.html"
    file.write_text(WRONG)
    return file


def test_where_there_is_no_browser_it_is_said_what_to_install(tmp_path: Path) -> None:
    told = missing(tmp_path / "chromium", Path("/bin/sh"))
    assert f"{tmp_path}/chromium is not there" in told
    assert "make browser" in told
    assert "chromium-driver" in told
    assert missing(Path("/bin/sh")) == ""


@pytest.mark.browser
def test_a_page_that_asks_a_network_is_seen_to(browser: Browser, wrong: Path) -> None:
    browser.show(wrong)
    assert browser.asked_for() == [wrong.as_uri(), "http://127.0.0.1:9/x.png"]
    assert len(browser.complaints()) == 1


@pytest.mark.browser
def test_what_is_too_wide_too_faint_or_leads_nowhere_is_seen(browser: Browser, wrong: Path) -> None:
    browser.show(wrong, theme="dark", width=PHONE)
    assert browser.wider_than_the_window() > 200
    assert any(text.startswith("Wide: 1.") for text in browser.faint_texts())
    assert browser.broken_links(wrong.parent) == ["#nowhere", "none.log", "none.log"]
    assert browser.tabbed() == [2, 0, 1]
