"""The Pulumi program: reads the stack's settings and the catalogue, and builds the bank."""

import gc

# Before anything else is imported: what a run makes lives as long as the run. See ADR 0015.
gc.disable()

from standing import ask_what_stands

# The engine looks while this imports.
standing = ask_what_stands()

from datetime import UTC, datetime

import pulumi
from pulumi.runtime import config

from agreement import disagreements
from bank import build
from domains import load_catalogue
from pace import trace_own_calls, wait_for_requests_first
from platform_topics import PLATFORM_TOPICS
from problems import BadInput, Problem
from settings import load_settings, warnings
from standing.refusals import refusals

# The whole configuration, for Pulumi's own reader tells only keys that are asked for, and an
# unknown key is a mistake. It is in the environment or set in process, as the language host likes.
given = {**config.get_config_env(), **config.CONFIG.get()}
encrypted = config.get_config_secret_keys_env()
readable = {
    key: value
    for key, value in given.items()
    if key not in encrypted and not config.is_config_secret(key)
}

today = datetime.now(UTC).date()
settings = catalogue = None
problems: list[Problem] = []
try:
    settings = load_settings(pulumi.get_stack(), readable, today)
except BadInput as bad:
    problems += bad.problems
try:
    catalogue = load_catalogue(PLATFORM_TOPICS)
except BadInput as bad:
    problems += bad.problems
if settings is not None and catalogue is not None:
    problems += disagreements(settings, catalogue)
    problems += refusals(standing(), settings, catalogue)
if problems or settings is None or catalogue is None:
    raise pulumi.RunError(f"nothing was changed\n{BadInput(problems)}")
for warning in warnings(settings, today):
    pulumi.log.warn(warning.as_warning)
trace_own_calls()
build(settings, catalogue)
wait_for_requests_first()
