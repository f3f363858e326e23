"""What the machine refuses (a file that is open elsewhere, a full disk, a folder that is read-only),
in one line with the remedy.
"""

import errno
import re

REMEDIES = {
    errno.ENOSPC: "make room, then give the command again",
    errno.EDQUOT: "make room, then give the command again",
    errno.EACCES: "name a folder that you may write to, or change its permissions",
    errno.EPERM: "name a folder that you may write to, or change its permissions",
    errno.EROFS: "name a folder that you may write to",
}


def refusal(error):
    """Return why the machine refused, None if the error is another.

    Examples
    --------
    >>> refusal(PermissionError(13, "Permission denied", "releases/.lock"))
    'releases/.lock: Permission denied; name a folder that you may write to, or change its permissions'
    >>> refusal(ValueError("negative error"))
    """
    import duckdb

    if isinstance(error, duckdb.IOException):
        text = " ".join(str(error).split()).removeprefix("IO Error: ")
        held = re.search(r'lock on file "([^"]*)".* held in (\S+) \(PID (\d+)\)', text)
        if held:
            path, program, process = held.groups()
            return f"{path} is open in process {process} ({program.split('/')[-1]}): wait for it, or end it"
        return text
    if isinstance(error, OSError) and error.errno and not isinstance(error, BrokenPipeError):
        where = f"{error.filename}: " if error.filename else ""
        remedy = REMEDIES.get(error.errno)
        return f"{where}{error.strerror}{f'; {remedy}' if remedy else ''}"
    return None
