"""How controls answer Pulumi's engine: packs, verdicts, exemptions and a journal of them.

Owns nothing of what is asked for; see ``policies.controls``.
"""

from policies.crossguard.pack import serve

__all__ = ["serve"]
