"""One thing that a GuardDuty detector looks at, in moto.

A class and no row, since moto takes the list of a detector's features as a whole where AWS changes
those that are named, and the engine makes several at once.
"""

import threading
from dataclasses import dataclass

from rehearsal.providers.aws.client import Aws
from rehearsal.providers.resource_type import ResourceType
from rehearsal.providers.values import Plain, from_api

_PARTS = ("Name", "Status", "AdditionalConfiguration")
_LOCK = threading.Lock()
"""One feature at a time: each has to write down the others with it."""


@dataclass(frozen=True, kw_only=True)
class DetectorFeature(ResourceType[Aws]):
    """A feature of a detector, on or off, with what belongs to it."""

    type: str = "aws:guardduty/detectorFeature:DetectorFeature"
    replaces: tuple[str, ...] = ("detectorId", "name")

    def create(self, client: Aws, inputs: Plain) -> str:
        """Adds it to the detector's."""
        self._put(client, inputs)
        return f"{inputs['detectorId']}/{inputs['name']}"

    def read(self, client: Aws, resource_id: str, inputs: Plain, state: Plain) -> Plain | None:
        """Looks for it among the detector's."""
        known = {**state, **inputs}
        detector, _, name = resource_id.partition("/")
        found = next(
            (it for it in self._features(client, detector, known) if it["Name"] == name), None
        )
        if found is None:
            return None
        told: Plain = {"name": name, "status": found["Status"]}
        told["additionalConfigurations"] = from_api(
            known.get("additionalConfigurations") or [],
            [
                {"name": each["Name"], "status": each["Status"]}
                for each in found.get("AdditionalConfiguration") or ()
            ],
        )
        return {**told, "detectorId": detector, "region": client.region(known)}

    def update(self, client: Aws, resource_id: str, state: Plain, old: Plain, new: Plain) -> None:
        """Writes it anew."""
        del resource_id, state, old
        self._put(client, new)

    def delete(self, client: Aws, resource_id: str, state: Plain) -> None:
        """Nothing to do: it goes with its detector, as with the official provider."""

    def _features(self, client: Aws, detector: str, inputs: Plain) -> list[Plain]:
        guardduty = client.service("guardduty", client.region(inputs))
        return list(guardduty.call("GetDetector", {"DetectorId": detector}).get("Features") or ())

    def _put(self, client: Aws, inputs: Plain) -> None:
        guardduty = client.service("guardduty", client.region(inputs))
        with _LOCK:
            told = guardduty.call("GetDetector", {"DetectorId": inputs["detectorId"]})
            others = [it for it in told.get("Features") or () if it["Name"] != inputs["name"]]
            own: Plain = {"Name": inputs["name"], "Status": inputs["status"]}
            if agents := inputs.get("additionalConfigurations"):
                own["AdditionalConfiguration"] = [
                    {"Name": each["name"], "Status": each["status"]} for each in agents
                ]
            features = [
                {key: each[key] for key in _PARTS if key in each} for each in (*others, own)
            ]
            members = {"DetectorId": inputs["detectorId"], "Features": features}
            guardduty.call("UpdateDetector", members)
