"""The atlas as a real browser shows it: the committed one, and one of thirty domains."""

from pathlib import Path

import pytest

from atlas import page
from atlas.__main__ import PLACE
from check import PROJECT, known_stacks, read
from tests.browser import DESK, PHONE, Browser
from tests.test_check import TODAY
from tests.thirty import thirty

# A cold browser on a busy machine takes minutes.
pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

PICTURES = Path(__file__).with_name("pictures.js").read_text()
ARROWS = {"the bank": 45, "thirty": 86}


@pytest.fixture(scope="module", params=ARROWS)
def atlas(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    if request.param == "the bank":
        return PLACE
    folder = tmp_path_factory.mktemp("many")
    file = folder / "index.html"
    stacks = read(PROJECT, known_stacks(PROJECT), TODAY).stacks
    file.write_text(page(thirty(folder / "domains"), stacks))
    return file


@pytest.mark.parametrize("width", [DESK, PHONE])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_asks_nobody_and_is_legible(
    browser: Browser, atlas: Path, theme: str, width: int
) -> None:
    browser.show(atlas, theme=theme, width=width)
    assert browser.complaints() == []
    assert browser.asked_for() == [atlas.as_uri()]
    assert browser.broken_links(atlas.parent) == []
    assert browser.faint_texts() == []
    assert browser.wider_than_the_window() == 0
    assert browser.ask(PICTURES) == []


def test_its_pictures_are_on_it(
    browser: Browser, atlas: Path, request: pytest.FixtureRequest
) -> None:
    browser.show(atlas)
    arrows = browser.ask("return document.querySelectorAll('path[data-from]').length;")
    assert arrows == ARROWS[request.node.callspec.params["atlas"]]
    assert browser.ask("return document.querySelectorAll('svg').length;") == 3


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("document.querySelector('svg text').setAttribute('x', -9)", "cut off: writes"),
        (
            "document.querySelector('svg a text').textContent += ' and much more of it'",
            "out of its box: platform and much more of it",
        ),
        (
            (
                "document.querySelectorAll('svg a text')[1].setAttribute("
                "'y', document.querySelector('svg a text').getAttribute('y'))"
            ),
            "on each other: platform, aml",
        ),
        (
            "document.querySelector('path[data-from]').setAttribute('d', 'M0 0L9 9')",
            "astray: writes platform to topic corebank.operations.audits.v1",
        ),
    ],
)
def test_a_picture_that_is_wrong_is_seen(browser: Browser, change: str, told: str) -> None:
    browser.show(PLACE)
    browser.ask(change)
    assert told in browser.ask(PICTURES)


def test_the_tabulator_leads_through_it_in_order_and_shows_where_it_is(browser: Browser) -> None:
    browser.show(PLACE)
    order = browser.tabbed()
    assert order == [*range(len(order))]
    assert len(order) > 100


@pytest.mark.parametrize("what", ["nav a", "svg a", "table a", ".scroll", ".chips a"])
def test_what_has_the_focus_shows_it(browser: Browser, what: str) -> None:
    browser.show(PLACE)
    # As by the tabulator: what a script gives the focus shows it only after a key.
    browser.tabbed_to(what)
    assert browser.ask(f"return document.activeElement.matches('{what}');")
    assert browser.unmarked() == ""


def test_what_belongs_to_a_name_lights_up(browser: Browser) -> None:
    browser.show(PLACE)
    browser.tabbed_to("svg a[href='#domain-risk']")
    lit, faded = browser.ask(
        "const seen = line => getComputedStyle(line).opacity;"
        "const all = [...document.querySelectorAll('path[data-from]')];"
        "return [all.filter(line => seen(line) === '1').map(line => line.className.baseVal),"
        "        all.filter(line => seen(line) !== '1').map(line => line.className.baseVal)];"
    )
    assert lit
    assert all("k-risk" in each.split() for each in lit)
    assert not any("k-risk" in each.split() for each in faded)
