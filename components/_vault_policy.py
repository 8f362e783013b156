"""What a workload may do in Vault, as policy text. Pure."""


def workload_policy(kv_path: str, workload: str) -> str:
    """Writes the policy that lets a workload read its own secrets and nothing else.

    The paths end at a segment (``…/cards/*``), so that no name reaches its own prefix's or
    longer's secrets. Writing is not the workload's: people and rotation do that.

    Args:
        kv_path: Where the versioned KV store is mounted.
        workload: The workload's name, the first segment of its secrets.
    """
    return (
        f'path "{kv_path}/data/{workload}/*" {{\n  capabilities = ["read"]\n}}\n\n'
        f'path "{kv_path}/metadata/{workload}/*" {{\n  capabilities = ["list", "read"]\n}}\n'
    )


def reads(path: str) -> str:
    """Writes the policy that lets one path be read and nothing else."""
    return f'path "{path}" {{\n  capabilities = ["read"]\n}}\n'
