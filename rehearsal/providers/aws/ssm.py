"""Activations of Systems Manager, for machines outside AWS; moto has no such call."""

import hashlib
import uuid

from rehearsal.providers.aws.client import Aws
from rehearsal.providers.recorded import Recorded
from rehearsal.providers.values import Plain


def _activation(client: Aws, inputs: Plain) -> Plain:
    # Of the shape of a real one, and of no use anywhere.
    what = f"{inputs.get('name')} {inputs.get('description')}"
    digest = hashlib.sha256(what.encode()).hexdigest()
    return {
        "activationCode": digest[:20],
        "activationId": str(uuid.UUID(digest[20:52])),
        "expired": False,
        "region": client.region(inputs),
        "registrationCount": 0,
        "tagsAll": inputs.get("tags"),
    }


ROWS = (
    Recorded[Aws](
        type="aws:ssm/activation:Activation",
        why="moto has no activations of Systems Manager",
        id="activationId",
        outputs=_activation,
        replaces=("description", "expirationDate", "iamRole", "name", "registrationLimit", "tags"),
    ),
)
