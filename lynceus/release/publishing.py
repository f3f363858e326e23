"""A folder appears whole or not at all: written aside, renamed into place, `latest` moved last.

A process may be killed at any point: what was released before stays as it was, and so does `latest`
until the new release is in place. What a killed run left behind goes with the next one.
"""

import fcntl
import os
import shutil
from contextlib import contextmanager
from pathlib import Path

from lynceus.release.tables import ReleaseError

STAGING = ".part"
NEW_LATEST = ".part-latest"


@contextmanager
def staging_folder(releases, name=""):
    """Yield an empty folder inside `releases` to write in; whatever is left of it goes at the end.
    One process at a time writes there what has this name.

    Raises
    ------
    ReleaseError
        If another process does.
    """
    releases = Path(releases)
    releases.mkdir(parents=True, exist_ok=True)
    staging = releases / f"{STAGING}{name}"
    # the lock goes with its process, also one that is killed, so whoever holds it may clear up
    with open(releases / f".lock{name}", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ReleaseError(f"another process is writing {name or 'a release'}") from None
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir()
        try:
            yield staging
        finally:
            shutil.rmtree(staging, ignore_errors=True)


def publish(staging, target):
    """Rename the finished folder into place; never onto another release."""
    if target.exists():
        raise ReleaseError(f"{target.name} is there already, and a release never changes")
    os.rename(staging, target)


def replace(staging, target):
    """Rename the finished folder into the place of an earlier one, which goes."""
    old = target.with_name(f"{STAGING}-old-{target.name}")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        os.rename(target, old)
    os.rename(staging, target)
    shutil.rmtree(old, ignore_errors=True)


def point_latest_at(target):
    """Make the symbolic link `latest`, beside `target`, name it; readers never find the link
    absent.
    """
    link = target.parent / NEW_LATEST
    link.unlink(missing_ok=True)
    link.symlink_to(target.name)
    os.replace(link, target.parent / "latest")
