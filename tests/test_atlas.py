"""The atlas is what the catalogue and the stack files say today, also for many more domains."""

from dataclasses import replace

import pytest

from atlas import page
from atlas.__main__ import PLACE, stacks
from domains import Catalogue
from tests.browser import PHONE, Browser


def thirty(catalogue: Catalogue) -> Catalogue:
    """The catalogue with copies of its domains, which call whom these call."""
    copies = [
        replace(domain, name=f"{domain.name}-{number}", publishes=())
        for number in (2, 3)
        for domain in catalogue.domains
    ]
    return replace(catalogue, domains=(*catalogue.domains, *copies)[:30])


def test_the_atlas_is_not_stale(catalogue: Catalogue) -> None:
    assert PLACE.read_text() == page(catalogue, stacks()), "the atlas is stale: make atlas"


def test_another_purpose_makes_it_stale(catalogue: Catalogue) -> None:
    first, *others = catalogue.domains
    changed = replace(catalogue, domains=(replace(first, purpose="Other."), *others))
    assert PLACE.read_text() != page(changed, stacks())


def test_it_shows_thirty_domains(catalogue: Catalogue) -> None:
    many = thirty(catalogue)
    told = page(many, stacks())
    assert [each.name for each in many.domains if f'id="domain-{each.name}"' not in told] == []


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_in_a_browser_it_asks_nobody_and_is_legible(browser: Browser, theme: str) -> None:
    browser.show(PLACE, theme=theme, width=PHONE)
    assert browser.complaints() == []
    assert browser.asked_for() == [PLACE.as_uri()]
    assert browser.broken_links(PLACE.parent) == []
    assert browser.faint_texts() == []
    assert browser.wider_than_the_window() == 0
