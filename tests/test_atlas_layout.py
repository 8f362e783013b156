"""Pictures of the bank, and of thirty domains: nothing lies on anything, and arrows arrive."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import pytest

from atlas import page
from atlas._calls import matrix
from atlas._drawing import Box
from atlas._order import crossings, ordered
from atlas._path import path
from atlas._payment import steps
from atlas._topics import ARCHIVE, Flow, flow
from check import PROJECT, known_stacks, read
from domains import PLATFORM, Catalogue, load_catalogue
from platform_topics import PLATFORM_TOPICS
from tests.test_check import TODAY
from tests.thirty import thirty

THIRTY = 30


@pytest.fixture(scope="module", params=["the bank", "thirty"])
def drawn(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    if request.param == "the bank":
        return load_catalogue(PLATFORM_TOPICS)
    return thirty(tmp_path_factory.mktemp("many") / "domains")


def test_thirty_domains_are_on_the_page(tmp_path_factory: pytest.TempPathFactory) -> None:
    many = thirty(tmp_path_factory.mktemp("all") / "domains")
    assert len(many.domains) == THIRTY
    told = page(many, read(PROJECT, known_stacks(PROJECT), TODAY).stacks)
    assert [each.name for each in many.domains if f'id="domain-{each.name}"' not in told] == []
    picture = flow(many)
    there = {box.name for box in (*picture.owners, *picture.readers)}
    assert [
        each.name
        for each in many.domains
        if each.name not in there and each.title not in picture.silent
    ] == []


def test_no_two_boxes_lie_on_each_other(drawn: Catalogue) -> None:
    picture = flow(drawn)
    assert overlaps([*picture.owners, *picture.topics, *picture.readers]) == []


def test_all_boxes_are_in_the_picture(drawn: Catalogue) -> None:
    picture = flow(drawn)
    for box in (*picture.owners, *picture.topics, *picture.readers):
        assert box.x > 0
        assert box.y > 0
        assert box.right < picture.width
        assert box.y + box.height < picture.height


def test_arrows_are_what_is_declared(drawn: Catalogue) -> None:
    lines = flow(drawn).lines
    owned = {(topic.name, d.name) for d in drawn.domains for topic in d.publishes}
    owned |= {(topic.name, PLATFORM) for topic in PLATFORM_TOPICS}
    read_ = {(name, d.name) for d in drawn.domains for name in d.consumes}
    read_ |= {(name, ARCHIVE) for name in drawn.archived}
    assert {(it.topic, it.party) for it in lines if not it.reads} == owned
    assert {(it.topic, it.party) for it in lines if it.reads} == read_
    assert len(lines) == len(owned) + len(read_)


def test_every_arrow_starts_at_its_owner_and_ends_at_its_reader(drawn: Catalogue) -> None:
    picture = flow(drawn)
    assert astray(picture) == []


def test_an_arrow_that_misses_is_seen(drawn: Catalogue) -> None:
    picture = flow(drawn)
    first, *others = picture.lines
    x, y = first.end
    moved = replace(picture, lines=[replace(first, end=(x, y + 40)), *others])
    assert astray(moved) == [(first.party, first.topic)]


def test_no_two_arrows_end_at_one_point(drawn: Catalogue) -> None:
    ends = [line.end for line in flow(drawn).lines]
    assert len(set(ends)) == len(ends)


def test_topics_stand_beside_their_owner(drawn: Catalogue) -> None:
    picture = flow(drawn)
    owners = {box.name: box for box in picture.owners}
    for box in picture.topics:
        owner = owners[drawn.topics[box.name].owner]
        assert owner.y <= box.y
        assert box.y + box.height <= owner.y + owner.height


def test_fewer_lines_cross_than_by_the_alphabet(drawn: Catalogue) -> None:
    owning = {name: each.owner for name, each in drawn.topics.items()}
    reading = {name: each.consumers for name, each in drawn.topics.items()}
    topics, readers = ordered(owning, reading)
    assert sorted(topics) == sorted(owning)
    by_name = sorted(owning, key=lambda name: (owning[name], name)), sorted(readers)
    assert crossings(topics, readers, reading) < crossings(*by_name, reading) / 2


def test_a_bank_without_topics_has_an_empty_picture(catalogue: Catalogue) -> None:
    quiet = tuple(replace(each, publishes=(), consumes=()) for each in catalogue.domains)
    picture = flow(Catalogue(domains=quiet, topics={}))
    assert picture.lines == []
    assert len(picture.silent) == len(catalogue.domains)


def test_each_call_has_a_place_of_its_own(drawn: Catalogue) -> None:
    calls = matrix(drawn)
    declared = {(each.name, name) for each in drawn.domains for name in each.calls}
    assert {(it.caller, it.called) for it in calls.calls} == declared
    assert len({(it.row, it.column) for it in calls.calls}) == len(declared)
    for it in calls.calls:
        assert calls.callers[it.row][0] == it.caller
        assert calls.called[it.column][0] == it.called
    assert sum(number for _, number in calls.callers) == len(declared)
    assert sum(number for _, number in calls.called) == len(declared)


def test_the_path_shows_every_stretch_once(drawn: Catalogue) -> None:
    *_, settings = read(PROJECT, known_stacks(PROJECT), TODAY).stacks.values()
    way = steps(drawn, settings)
    picture = path(way, drawn)
    assert picture is not None
    numbers = [picture.number, *(stop.number for stop in picture.stops)]
    assert sorted(numbers) == [*range(1, len(way) + 1)]
    assert overlaps([picture.box, *(stop.box for stop in picture.stops)]) == []
    for stop in picture.stops:
        left, right = (stop.box, picture.box) if stop.inward else (picture.box, stop.box)
        assert (stop.start, stop.end) == (left.right, right.x)
        assert picture.box.y < stop.box.middle < picture.box.y + picture.box.height


def test_a_bank_without_that_event_has_no_path(drawn: Catalogue) -> None:
    settings = next(iter(read(PROJECT, known_stacks(PROJECT), TODAY).stacks.values()))
    assert steps(replace(drawn, topics={}), settings) == []
    assert path([], drawn) is None


def overlaps(boxes: Sequence[Box]) -> list[tuple[str, str]]:
    return [
        (one.name, other.name)
        for one, other in combinations(boxes, 2)
        if one.x < other.right
        and other.x < one.right
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    ]


def astray(picture: Flow) -> list[tuple[str, str]]:
    """Arrows that do not lead from the right side of one box to the left side of the other."""
    owners, topics, readers = (
        {box.name: box for box in boxes}
        for boxes in (picture.owners, picture.topics, picture.readers)
    )
    found: list[tuple[str, str]] = []
    for it in picture.lines:
        from_, to = (
            (topics[it.topic], readers[it.party])
            if it.reads
            else (owners[it.party], topics[it.topic])
        )
        starts = it.start[0] == from_.right and from_.y < it.start[1] < from_.y + from_.height
        ends = it.end[0] == to.x and to.y < it.end[1] < to.y + to.height
        if not (starts and ends):
            found.append((it.party, it.topic))
    return found
