"""Runs a program that refuses to be root's, whoever starts it.

``python not_root.py PROGRAM ARGUMENT…`` becomes the program: its process number, its environment
and its open files stay. Root enters a user namespace of its own first, in which it is ``nobody``
and has no privileges. Outside, the process and the files that it makes are root's as before, so
they are found, seen into and ended as any other's; no user is made, and no file changes hands.
"""

import ctypes
import os
import pwd
import sys
from pathlib import Path

_NEW_USER_NAMESPACE = 0x1000_0000
"""``CLONE_NEWUSER`` of Linux; Python has ``os.unshare`` from 3.12 on."""

_NOBODY = "nobody"
"""Some programs ask what their user is called, so it has to be one that the machine knows."""


def main(command: list[str]) -> None:
    """Becomes the command; returns never."""
    if os.geteuid() == 0:
        _leave_root()
    os.execv(command[0], command)  # noqa: S606 - the rehearsal's own


def _leave_root() -> None:
    nobody = pwd.getpwnam(_NOBODY)
    groups = os.getegid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_NEW_USER_NAMESPACE):
        reason = os.strerror(ctypes.get_errno())
        sys.exit(
            "it refuses to run as root, and root may not become somebody else in a user namespace "
            f"here ({reason}); rehearse as another user, or allow user namespaces"
        )
    own = Path("/proc/self")
    # Without this the kernel maps no group.
    (own / "setgroups").write_text("deny")
    (own / "uid_map").write_text(f"{nobody.pw_uid} 0 1")
    (own / "gid_map").write_text(f"{nobody.pw_gid} {groups} 1")


if __name__ == "__main__":
    main(sys.argv[1:])
