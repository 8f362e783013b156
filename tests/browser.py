"""A real browser, without a window, for tests of pages: Debian's Chromium, led by its own driver.

Selenium's own manager would fetch a browser from a network; here it is the machine's or none.
"""

import base64
import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

CHROMIUM = Path("/usr/bin/chromium")
DRIVER = Path("/usr/bin/chromedriver")
PHONE, DESK = 390, 1280
"""Widths in CSS pixels: of a telephone, and of a window on a desk."""

_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_CONTRASTS = Path(__file__).with_name("contrasts.js").read_text()

# Selenium types its options and its log too loosely for a strict checker.
_webdriver: Any = webdriver
_actions: Any = ActionChains


def missing(*programs: Path) -> str:
    """What to install, in words, where a program is not there; else nothing."""
    gone = [str(program) for program in programs if not program.exists()]
    if not gone:
        return ""
    return (
        f"tests of pages need a browser, and {' and '.join(gone)} is not there; on Debian: "
        "`make browser` as root, or `apt-get install --no-install-recommends chromium "
        "chromium-driver`"
    )


@dataclass(frozen=True)
class Browser:
    """A browser that has one page open at a time."""

    driver: Any

    def show(self, page: Path, *, theme: str = "light", width: int = DESK) -> None:
        """Opens a file, as who prefers a theme sees it in a window of a width."""
        self._tell("Emulation.setEmulatedMedia", features=[_prefers(theme)])
        self._tell(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=900,
            deviceScaleFactor=1,
            mobile=False,
        )
        for log in ("browser", "performance"):
            self.driver.get_log(log)
        self.driver.get(page.as_uri())

    def complaints(self) -> list[str]:
        """What stands on the console since the page was opened."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def asked_for(self) -> list[str]:
        """Every address that was asked for since the page was opened, the page's own first."""
        events = [json.loads(e["message"])["message"] for e in self.driver.get_log("performance")]
        sent = [e["params"] for e in events if e["method"] == "Network.requestWillBeSent"]
        return [each["request"]["url"] for each in sent]

    def wider_than_the_window(self) -> int:
        """By how many pixels the page has to be pushed sideways to be read."""
        return self.ask(
            "const page = document.documentElement; return page.scrollWidth - page.clientWidth;"
        )

    def broken_links(self, folder: Path) -> list[str]:
        """Links that lead nowhere: to no part of the page, to no file, or off the machine."""
        hrefs = self.ask("return [...document.links].map(link => link.getAttribute('href'));")
        ids = set(self.ask("return [...document.querySelectorAll('[id]')].map(each => each.id);"))
        return [
            href
            for href in hrefs
            if not (href[1:] in ids if href.startswith("#") else (folder / unquote(href)).exists())
            or ":" in href
        ]

    def faint_texts(self) -> list[str]:
        """Texts with less contrast to their ground than WCAG's AA demands, and how much."""
        return self.ask(_CONTRASTS)

    def tabbed(self) -> list[int]:
        """Which of what takes the focus gets it, as the tabulator is pressed to the page's end."""
        count = self.ask(
            "window.stops = [...document.querySelectorAll('a[href], summary, [tabindex=\"0\"]')]"
            ".filter(each => each.checkVisibility()); return stops.length;"
        )
        order: list[int] = []
        for _ in range(count):
            _actions(self.driver).send_keys(Keys.TAB).perform()
            order.append(self.ask("return stops.indexOf(document.activeElement);"))
        return order

    def tabbed_to(self, what: str) -> None:
        """Gives the focus to the first that a selector finds, as the tabulator does."""
        self.ask(
            "const all = [...document.querySelectorAll('a[href], summary, [tabindex=\"0\"]')];"
            "const at = all.findIndex(each => each.matches(arguments[0]));"
            "(all[at - 1] ?? document.body).focus();",
            what,
        )
        _actions(self.driver).send_keys(Keys.TAB).perform()

    def unmarked(self) -> str:
        """What has the focus and does not show it; nothing where it does."""
        return self.ask(
            "const at = document.activeElement;"
            "return getComputedStyle(at).outlineStyle === 'none' ? at.outerHTML : '';"
        )

    def ask(self, script: str, *arguments: str) -> Any:
        """What a script gives that is run in the page."""
        return self.driver.execute_script(script, *arguments)

    def picture(self, file: Path) -> None:
        """The whole page, as a PNG."""
        size = self._tell("Page.getLayoutMetrics")["cssContentSize"]
        told = self._tell(
            "Page.captureScreenshot",
            captureBeyondViewport=True,
            clip={"x": 0, "y": 0, "scale": 1, "width": size["width"], "height": size["height"]},
        )
        file.write_bytes(base64.b64decode(told["data"]))

    def _tell(self, command: str, **arguments: Any) -> Mapping[str, Any]:
        return self.driver.execute_cdp_cmd(command, arguments)


@contextmanager
def opened(profile: Path) -> Generator[Browser]:
    """A browser with an empty profile; the test fails where the machine has none."""
    if lacking := missing(CHROMIUM, DRIVER):
        pytest.fail(lacking, pytrace=False)
    options: Any = _webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for flag in (*_FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    service = _webdriver.ChromeService(executable_path=str(DRIVER))
    driver = _webdriver.Chrome(options=options, service=service)
    try:
        yield Browser(driver)
    finally:
        driver.quit()


def _prefers(theme: str) -> dict[str, str]:
    return {"name": "prefers-color-scheme", "value": theme}
