"""Objects as files, for a provider that is told to write them into a folder.

The files are called as the official provider calls them (``renderPathForResource`` of
pulumi-kubernetes 4): definitions apart, since they have to be applied first.
"""

from pathlib import Path

import yaml

from rehearsal.providers.values import Plain


def write(folder: str, body: Plain) -> None:
    """Writes an object's file, and replaces a former one."""
    file = _file(folder, body)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(yaml.safe_dump(body))


def remove(folder: str, body: Plain) -> None:
    """Removes an object's file; one that is gone is no error."""
    _file(folder, body).unlink(missing_ok=True)


def _file(folder: str, body: Plain) -> Path:
    metadata = body["metadata"]
    parts = (
        body["apiVersion"].replace("/", "_").replace(":", "_"),
        body["kind"].lower(),
        metadata.get("namespace") or "default",
        metadata["name"],
    )
    is_definition = body["kind"] == "CustomResourceDefinition"
    return Path(folder, "0-crd" if is_definition else "1-manifest", f"{'-'.join(parts)}.yaml")
