"""Parts of the path that a variable of a batch file holds, as `%%~nxF` and `%~dp1` ask for them.

Source: the pages `for` and `call` of the Windows Commands reference.
"""

from __future__ import annotations

from ipseclint.late import late

_PATH = late(r"((?P<drive>[A-Za-z]:)\\)?(?P<folders>(?:[^\\/:*?\"<>|]{1,255}[\\/])*)(?P<name>[^\\/:*?\"<>|]{1,255})")
"""A path from a drive on, or from wherever the script runs."""
_CHANGED = late(r"(?:^|[\\/])(?:\.{1,2}|[^\\/]*[. ])(?:[\\/]|$)|[\\/]{2}")
"""What Windows leaves out of a path, or takes for another folder."""
_OF_PATH = frozenset("fdp")
_KNOWN = _OF_PATH | frozenset("nx")


def path_part(text: str, wanted: str) -> str | None:
    """The parts of a path that some letters ask for, in the order that cmd.exe gives them; None if they are not known.

    Where the drive or the folders are asked for, the path has to say them.
    """
    letters = frozenset(wanted.casefold())
    path = text.strip('"')
    match = _PATH.fullmatch(path)
    if match is None or not letters <= _KNOWN or _CHANGED.search(path) is not None:
        return None
    if letters & _OF_PATH and match["drive"] is None:
        return None
    if "f" in letters:
        letters = frozenset("dpnx")
    stem, dot, ending = match["name"].rpartition(".")
    parts = {
        "d": match["drive"] or "",
        "p": "\\" + match["folders"].replace("/", "\\"),
        "n": stem if dot else ending,
        "x": dot + ending if dot else "",
    }
    return "".join(part for letter, part in parts.items() if letter in letters)
