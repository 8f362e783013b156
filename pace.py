"""What the SDK does in every run and that costs more than it gives.

Owns nothing of the bank. What it is worth is in ADR 0015; ``make bench`` measures the whole.
"""

import asyncio
from typing import Any

from pulumi.runtime import settings

_settings: Any = settings
"""The list of requests in hand is the SDK's own business."""


def wait_for_requests_first() -> None:
    """Keeps the end of a run from growing with the square of its resources.

    When a program has run to its end, the SDK (3.272) waits for outputs as long as no request is in
    hand, all of them anew after each that arrives: with 400 resources that is some 4,500 outputs,
    260 times over. Requests are in hand one turn of the event loop later. Then it waits for those
    first, and finds the outputs there.
    """
    turn = asyncio.ensure_future(asyncio.sleep(0))
    _settings._get_rpc_manager().rpcs.append(turn)  # noqa: SLF001 - there is no other way in
