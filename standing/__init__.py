"""What stands already, and what of it could not become what is asked for.

Asked of the engine's own state before anything is declared, so that no provider is called where
a change would destroy what has to stay. A setting alone does not tell: only beside what stands is
it a change.
"""

from standing._state import Standing, ask_what_stands

__all__ = ["Standing", "ask_what_stands"]
