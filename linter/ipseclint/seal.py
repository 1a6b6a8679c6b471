"""The line by which ipseclint knows a script that it wrote: a digest of all its other lines.

A folder that is checked may hold repairs; they are no policy. A line of words could be put on top of any script, so
that a gate would pass it over; a digest stands only under what it was made for, and a script that was changed since
is read like any other. It is no signature: whoever means to deceive a gate can compute it, and `--isolated` passes
over none. Line ends, the encoding and blanks at the end do not count, for editors, shells and version control change
them; a signature behind it does not count either.
"""

from __future__ import annotations

from ipseclint.late import late

_WORDS = "ipseclint wrote this script; SHA-256 of its other lines: "
_SEAL = late(rf"(?:rem|#) {_WORDS}([0-9a-f]{{64}})")
_SIGNATURE_BEGINS = "# SIG # Begin signature block"
_SIGNATURE_ENDS = "# SIG # End signature block"
_SIGNED = late(r"# [A-Za-z0-9+/=]{1,100}")
"""A line of a signature. What begins with `#` alone may run in a batch file: `#&command`."""


def sealed(script: str, comment: str) -> str:
    """A script with its seal as its last line, a comment that begins with `comment`; its line ends are kept."""
    end = "\r\n" if "\r\n" in script else "\n"
    return f"{script.rstrip()}{end}{seal_of(script, comment)}{end}"


def seal_of(script: str, comment: str) -> str:
    """The line that seals a script."""
    return f"{comment} {_WORDS}{_digest(_lines(script))}"


def is_sealed(script: str) -> bool:
    """Whether a script ends with a seal that fits its other lines."""
    *lines, last = _lines(script)
    seal = _SEAL.fullmatch(last)
    return seal is not None and seal[1] == _digest(lines)


def _lines(script: str) -> list[str]:
    lines = script.removeprefix("\ufeff").replace("\r\n", "\n").rstrip().split("\n")
    return "\n".join(_unsigned(lines)).rstrip().split("\n")


def _unsigned(lines: list[str]) -> list[str]:
    if lines[-1] != _SIGNATURE_ENDS:
        return lines
    above = (at for at in reversed(range(len(lines) - 1)) if _SIGNED.fullmatch(lines[at]) is None)
    begin = next(above, None)
    return lines if begin is None or lines[begin] != _SIGNATURE_BEGINS else lines[:begin]


def _digest(lines: list[str]) -> str:
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    import hashlib  # OpenSSL: what few inputs need

    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()
