"""What has to be done to a board, from what it holds and what it shall hold."""

from collections import namedtuple

from tools.flash.images import Image, twin
from tools.flash.onboard import ABSENT, FOLDER

Found = namedtuple("Found", ("digest", "staged"))
"""What stands under a file's name on the board, and under its staged name: digest, ABSENT or FOLDER."""

Plan = namedtuple("Plan", ("write", "resume", "remove", "kept", "stale", "foreign", "blocked", "mended", "same"))
"""`write`: Images to send; `resume`: those that an interrupted run has staged already; `remove`: paths of ours
without a successor; `kept`: such whose files were altered on the board, and are not ours any more; `stale`: paths
whose staged files must not come in; `foreign`: paths of files that are not ours and in the way; `blocked`: paths where
a folder is; `mended`: files of ours that were altered on the board, and are written again; `same`: how many stand as
they shall."""


def names(images, listed):
    """Every path that has to be looked at, each once, in order."""
    wanted = [image.path for image in images]
    return sorted({*wanted, *listed, *(twin(path) for path in wanted if twin(path))})


def plan(images, listed, found, staged):
    """`listed`: {path: digest} of what an earlier run of ours has put there; `found`: {path: Found};
    `staged`: paths that have a staged file."""
    write: "list[Image]" = []
    resume: "list[Image]" = []
    foreign, blocked, mended = [], [], []
    wanted = {image.path for image in images}
    for image in images:
        here = found[image.path]
        if here.digest == image.digest:
            continue
        if here.digest == FOLDER:
            blocked.append(image.path)
        elif here.digest != ABSENT and image.path not in listed:
            foreign.append(image.path)
        elif image.path in listed and here.digest != listed[image.path]:
            mended.append(image.path)
        (resume if here.staged == image.digest else write).append(image)
    for path in sorted({twin(path) for path in wanted} - wanted - set(listed) - {None}):
        if found[path].digest not in (ABSENT, FOLDER):
            foreign.append(path)
    gone = sorted(path for path in listed if path not in wanted and found[path].digest != ABSENT)
    kept = [path for path in gone if found[path].digest != listed[path]]
    remove = [path for path in gone if path not in kept]
    stale = sorted(set(staged) - {image.path for image in resume})
    same = len(images) - len(write) - len(resume)
    return Plan(write, resume, remove, kept, stale, sorted(foreign), blocked, mended, same)


def octets(images, block):
    """What files take on a file system of such blocks, at least."""
    return sum(max(1, -(-len(image.data) // block)) * block for image in images)
