"""The page of a rehearsal: what its last `up` or `drill` did, for people, as one file of HTML.

Takes what the command knows already and computes nothing twice. Holds no output of the stack and
nothing of the environment; of an error that stopped the command it tells the kind only.
"""

from rehearsal.page.ran import Ran
from rehearsal.page.writing import write

__all__ = ["Ran", "write"]
