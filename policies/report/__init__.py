"""What people and code hosts see of the controls: one run's journals, beside the catalogue.

Owns how it is told: on a terminal, as JSON, SARIF, Markdown and a page; and ``docs/controls.md``.
Decides nothing: verdicts are the packs', levels the catalogue's. No value of a property is in a
journal, so none is told.
"""

from policies.report._journal import BadJournal
from policies.report._page import page
from policies.report._report import Report, read
from policies.report._terminal import show

__all__ = ["BadJournal", "Report", "page", "read", "show"]
