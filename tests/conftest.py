"""What the tests of the program start from: the catalogue, and every stack, run once for all.

Pulumi is imported where it is needed only: most other tests take less time than its import.
"""

from typing import TYPE_CHECKING

import hypothesis
import pytest

from domains import Catalogue, load_catalogue
from platform_topics import PLATFORM_TOPICS
from settings import Settings, load_settings
from tests.stack_files import STACKS, config_of

if TYPE_CHECKING:
    from collections.abc import Generator

    from tests.browser import Browser
    from tests.engine import Deployment
    from tests.rehearsed import Copy
    from tests.stand_in_cluster import World

# How long one example takes says more about the machine than about the program.
hypothesis.settings.register_profile("bank", deadline=None)
hypothesis.settings.load_profile("bank")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--write-ledgers",
        action="store_true",
        help="write tests/ledgers anew, from what the program declares now",
    )


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The bank's domains and topics."""
    return load_catalogue(PLATFORM_TOPICS)


@pytest.fixture(scope="session", params=STACKS)
def settings(request: pytest.FixtureRequest) -> Settings:
    """The settings of each stack in turn, from its own file."""
    return load_settings(request.param, config_of(request.param))


@pytest.fixture(scope="session")
def bank(settings: Settings, catalogue: Catalogue) -> "Deployment":
    """What an update of the stack declares."""
    return _deployed(settings, catalogue, preview=False)


@pytest.fixture(scope="session")
def previewed(settings: Settings, catalogue: Catalogue) -> "Deployment":
    """What a preview of the stack declares, before anything exists."""
    return _deployed(settings, catalogue, preview=True)


def _deployed(settings: Settings, catalogue: Catalogue, *, preview: bool) -> "Deployment":
    from bank import build  # noqa: PLC0415 - see above
    from tests.engine import deploy  # noqa: PLC0415 - see above

    return deploy(lambda: build(settings, catalogue), stack=settings.environment, preview=preview)


@pytest.fixture(scope="session")
def copy(tmp_path_factory: pytest.TempPathFactory) -> "Generator[Copy]":
    """A copy of the project with its sandbox up; every test leaves that as it was."""
    from tests.rehearsed import up  # noqa: PLC0415 - see above

    with up(tmp_path_factory.mktemp("copy"), "sandbox") as copy:
        yield copy


@pytest.fixture(scope="session")
def production(tmp_path_factory: pytest.TempPathFactory) -> "Generator[Copy]":
    """A copy of the project with production up; every test leaves that as it was."""
    from tests.rehearsed import up  # noqa: PLC0415 - see above

    with up(tmp_path_factory.mktemp("production"), "production") as copy:
        yield copy


@pytest.fixture(scope="session")
def control_plane(tmp_path_factory: pytest.TempPathFactory) -> "Generator[dict[str, str]]":
    """The addresses of a control plane that runs."""
    from tests.stand_in_cluster import running  # noqa: PLC0415 - see above

    with running(tmp_path_factory.mktemp("plane")) as addresses:
        yield addresses


@pytest.fixture(scope="module")
def here(control_plane: dict[str, str]) -> "Generator[World]":
    """A provider on a cluster with one node of 2 CPUs, and a namespace of the module's own."""
    from tests.stand_in_cluster import settled  # noqa: PLC0415 - see above

    with settled(control_plane) as here:
        yield here


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> "Generator[Browser]":
    """A browser for tests that are marked so; opening one takes a second."""
    from tests.browser import opened  # noqa: PLC0415

    with opened(tmp_path_factory.mktemp("profile")) as one:
        yield one
