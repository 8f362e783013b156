"""Policy documents of AWS: statements, and the JSON around them. Pure."""

import json
from collections.abc import Sequence
from typing import Any

Statement = dict[str, Any]
"""One statement, as its JSON has it."""


def policy_document(statements: Sequence[Statement]) -> str:
    """Writes a policy as JSON; IAM's, a key's, a bucket's and an endpoint's look alike."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
