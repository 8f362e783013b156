"""The page that a rehearsal leaves, in a real browser: of thirteen domains, and of thirty."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from rehearsal.page import write
from rehearsal.summary import made
from tests.browser import DESK, PHONE, Browser
from tests.run_pages import bank, ran

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

SIZES = (13, 30)
LOOKS = [(theme, width) for theme in ("light", "dark") for width in (PHONE, DESK)]
TYPES = {
    "aws:ec2/vpc:Vpc": True,
    "aws:msk/configuration:Configuration": True,
    "aws:cloudwatch/logAccountPolicy:LogAccountPolicy": True,
    "kubernetes:networking.k8s.io/v1:NetworkPolicy": True,
    "vault:identity/groupMemberEntityIds:GroupMemberEntityIds": True,
    "corebank:components:Network": False,
}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Mapping[int, Path]:
    """A page by the number of domains, in a folder as a rehearsal's."""
    found: dict[int, Path] = {}
    for size in SIZES:
        folder = tmp_path_factory.mktemp("rehearsal")
        for name in ("logs/kafka", "logs/stand-ins", "home/logs/organization+corebank+sandbox"):
            log = folder / f"{name}.log"
            log.parent.mkdir(parents=True, exist_ok=True)
            log.touch()
        resources = [{"type": token, "custom": custom} for token, custom in TYPES.items()] * size
        seconds = {"servers": 17.5, "update": 61.0, "drills": 60.2}
        found[size] = write(folder, ran(*bank(size), made=made(resources), seconds=seconds))
    return found


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_it_fits_is_read_and_asks_nobody(
    browser: Browser, pages: Mapping[int, Path], size: int, theme: str, width: int
) -> None:
    browser.show(pages[size], theme=theme, width=width)
    assert browser.wider_than_the_window() == 0
    assert browser.faint_texts() == []
    assert browser.broken_links(pages[size].parent) == []
    assert browser.asked_for() == [pages[size].as_uri()]
    assert browser.complaints() == []


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_keys_reach_all_there_is_to_reach_in_order_and_show_where_they_are(
    browser: Browser, pages: Mapping[int, Path], width: int
) -> None:
    browser.show(pages[13], width=width)
    order = browser.tabbed()
    assert len(order) > 20
    assert order == [*range(len(order))]
    unseen = browser.ask(
        "return stops.filter(stop => {"
        "  stop.focus({focusVisible: true});"
        "  const {outlineStyle, outlineWidth} = getComputedStyle(stop);"
        "  const {top, bottom} = stop.getBoundingClientRect();"
        "  return outlineStyle === 'none' || parseFloat(outlineWidth) < 2"
        "    || bottom < 0 || top > innerHeight;"
        "}).map(stop => stop.outerHTML.slice(0, 80));"
    )
    assert unseen == []


@pytest.mark.parametrize("size", SIZES)
def test_each_place_of_a_picture_says_who_what_and_how_it_ended(
    browser: Browser, pages: Mapping[int, Path], size: int
) -> None:
    browser.show(pages[size])
    signs, unsaid, red = browser.ask(
        "const signs = [...document.querySelectorAll('.picture td [role=img]')];"
        "return [signs.length,"
        " signs.filter(sign => !/.+, .+: .*(worked|refused)/.test(sign.title)).length,"
        " [...document.querySelectorAll('.picture .red span')].map(each => each.title)];"
    )
    assert signs > size * size * 5
    assert unsaid == 0
    assert red == [
        "domain-02, corebank.domain-05.opened.v1: read worked; write refused, not as it should"
    ]


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_names_of_a_picture_are_read_and_stay_as_it_is_pushed_sideways(
    browser: Browser, pages: Mapping[int, Path], width: int
) -> None:
    browser.show(pages[30], width=width)
    cut, broken, moved, room = browser.ask(
        "const all = [...document.querySelectorAll('.picture th')];"
        "const cut = all.filter(th => th.scrollWidth > th.clientWidth + 1).map(th => th.innerText);"
        "const broken = [...document.querySelectorAll('.picture tbody th')]"
        ".filter(th => th.clientHeight > 80).map(th => th.innerText);"
        "const wide = [...document.querySelectorAll('.picture')]"
        ".map(table => table.parentElement).find(box => box.scrollWidth > box.clientWidth);"
        "const name = wide.querySelector('tbody th');"
        "const before = name.getBoundingClientRect().x;"
        "wide.scrollLeft = 300;"
        "return [cut, broken, name.getBoundingClientRect().x - before,"
        " wide.clientWidth - name.clientWidth];"
    )
    assert cut == broken == []
    assert abs(moved) < 1
    assert room > width * 0.4
