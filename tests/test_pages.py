"""What every page has, whatever it tells: read from the text, without a browser."""

import re
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from pages import render

CSS = (Path(__file__).parents[1] / "pages" / "page.css").read_text()

ON_GROUNDS = [
    (text, ground) for text in ("ink", "muted", "link") for ground in ("paper", "ground")
] + [
    (text, ground)
    for mood in ("good", "bad", "warn")
    for text, ground in (
        (mood, "paper"),
        (mood, "ground"),
        (mood, f"{mood}-ground"),
        ("ink", f"{mood}-ground"),
        ("muted", f"{mood}-ground"),
        ("link", f"{mood}-ground"),
    )
]
"""Which colours of texts stand on which grounds."""


def template(folder: Path, main: str) -> Path:
    file = folder / "told.html.j2"
    file.write_text(
        '{% extends "base.html.j2" %}\n'
        '{% from "parts.html.j2" import section, table, figure %}\n'
        '{% set title = "Told" %}\n'
        '{% set sections = [("one", "First")] %}\n'
        f"{{% block main %}}{main}{{% endblock %}}\n"
    )
    return file


def test_a_page_has_its_title_and_leads_to_its_sections(tmp_path: Path) -> None:
    page = render(template(tmp_path, '{% call section("one", "First") %}x{% endcall %}'))
    assert "<title>Told</title>" in page
    assert '<a href="#one">First</a>' in page
    assert '<section id="one"' in page


def test_what_is_told_is_escaped_also_within_parts(tmp_path: Path) -> None:
    rows = "<tr><td>{{ told }}</td></tr>"
    main = (
        f"{{% call table(told, [told]) %}}{rows}{{% endcall %}}"
        "{% call figure(told, told) %}{% endcall %}"
    )
    page = render(template(tmp_path, main), told='<script>"')
    assert "<script>" not in page
    assert page.count("&lt;script&gt;&#34;") == 7


def test_what_was_not_told_is_no_empty_place(tmp_path: Path) -> None:
    with pytest.raises(UndefinedError, match="untold"):
        render(template(tmp_path, "{{ untold }}"))


def test_the_same_told_gives_the_same_page(tmp_path: Path) -> None:
    file = template(tmp_path, "{{ told }}")
    assert render(file, told="x") == render(file, told="x")


def test_a_page_can_load_nothing(tmp_path: Path) -> None:
    page = render(template(tmp_path, ""))
    assert "default-src 'none'" in page
    assert re.findall(r"https?:|<script|@import|url\(", page) == []


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
@pytest.mark.parametrize(("text", "ground"), ON_GROUNDS)
def test_texts_are_read_on_their_grounds(theme: str, text: str, ground: str) -> None:
    colours = palette(theme)
    assert contrast(colours[text], colours[ground]) >= 4.5


def palette(theme: str) -> dict[str, str]:
    light, dark, on_paper = re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)
    found = {"light": light, "dark": dark, "print": on_paper}[theme]
    return dict(re.findall(r"--([\w-]+): (#\w{6})", found))


def contrast(one: str, other: str) -> float:
    """As WCAG 2.2 defines it: 1 for the same colour, 21 for black on white."""
    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
