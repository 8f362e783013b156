"""The pack ``all``, as Pulumi's engine starts it."""

import sys
from pathlib import Path

# The engine starts this file alone, from anywhere.
sys.path.append(str(Path(__file__).resolve().parents[2]))

from policies.crossguard import serve

serve("all")
