"""How long the versions of AWS's products are supported, as data, and what that means on a day.

Owns the dates. Which key of a stack file names a version of which product, and how its age is
told, is in ``_ageing``. Knows no clock: the day is given.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

NOTICE = timedelta(days=120)
"""How long before the end of support it is told: two releases of a quarter, and a month of trials
in staging."""

SUPPORT_ENDS: Mapping[str, Mapping[str, date]] = {
    "aurora-postgresql": {
        "13": date(2026, 2, 28),
        "14": date(2027, 2, 28),
        "15": date(2028, 2, 29),
        "16": date(2029, 2, 28),
        "17": date(2030, 2, 28),
    },
    "eks": {
        "1.31": date(2025, 11, 26),
        "1.32": date(2026, 3, 23),
        "1.33": date(2026, 7, 29),
        "1.34": date(2026, 12, 2),
        "1.35": date(2027, 3, 27),
    },
}
"""Per product the versions that are known, each with the last day of its standard support. What
comes after it is extended support, which costs more than the machine does.

``aurora-postgresql``: major versions. AWS's announcements for Aurora give 28 February of 2026 and
2027 for 13 and 14. The dates of 15 to 17 are those of the release calendar of RDS for PostgreSQL,
as of February 2025, which Aurora's has followed since version 12; they have not been compared with
Aurora's own calendar. 18 is left out: whether and when Aurora took it up was not known here.

``eks``: minor versions of Kubernetes (Amazon EKS user guide, release calendar, as of April 2026). A
later one comes here together with its add-ons in ``components._addons``.
"""


@dataclass(frozen=True, kw_only=True)
class Support:
    """How long one version of a product is supported, seen from a day.

    Args:
        ends: The last day of standard support; None if the version is not known.
        today: The day it is seen from.
    """

    ends: date | None
    today: date

    @property
    def over(self) -> bool:
        """Whether support has ended; not so of a version that is not known."""
        return self.ends is not None and self.today > self.ends

    @property
    def ends_soon(self) -> bool:
        """Whether it ends within ``NOTICE``, and has not ended yet."""
        return self.ends is not None and self.today <= self.ends <= self.today + NOTICE


def support(product: str, version: str, today: date) -> Support:
    """How long a version is supported.

    Args:
        product: A key of ``SUPPORT_ENDS``; a ``KeyError`` if it is none.
        version: As the stack file writes it.
        today: The day it is seen from.
    """
    return Support(ends=SUPPORT_ENDS[product].get(version), today=today)


def known_versions(product: str) -> tuple[str, ...]:
    """The versions of a product that are known, oldest first, those out of support included."""
    return tuple(SUPPORT_ENDS[product])
