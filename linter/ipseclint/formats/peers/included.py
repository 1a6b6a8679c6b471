"""Other files of a configuration: included files, and certificates that it names.

Only files in the folder of the configuration, or below it, count; an absolute path such as `/etc/...` is matched by its
end. swanctl.conf(5), strongswan.conf(5) and ipsec.conf(5) have both; certificates are in folders of their own.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from msgspec import Struct

from ipseclint.formats.kit.token import Token, lines_of
from ipseclint.late import late
from ipseclint.source import Source, SourceError

_INCLUDE = late(r"^[ \t]*include[ \t]+(\"?)([^\s\"#]+)\1[ \t]*(?:#.*)?$", re.MULTILINE)
_CERTIFICATES = late(
    r"^[ \t]*(cacerts?|certs|leftcert|rightcert)[ \t]*=[ \t]*([^\r\n#}]+)", re.MULTILINE | re.IGNORECASE
)
_FOLDERS = ("", "x509ca/", "x509/", "ipsec.d/cacerts/", "ipsec.d/certs/")
_PEM = late(rb"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----")


MAX_INCLUDED = 1_000
"""Reasoned: no configuration includes so many files; files that include each other twice would be read without end."""


def includes_of(text: str) -> list[str]:
    """The possible places of included files, as patterns relative to the including file's folder."""
    return [tail for match in _INCLUDE.finditer(text) for tail in _tails(match[2])]


def certificates_of(text: str) -> list[str]:
    """The possible places of the certificates that it names, relative to the configuration's folder."""
    names = [name for match in _CERTIFICATES.finditer(text) for name in certificate_names(match[2])]
    return [tail for name in names for tail in _places(name)]


def certificate_names(words: str) -> list[str]:
    """The files that a setting names, without those on a token or in libreswan's certificate store."""
    names = (word.strip().strip('"') for word in words.split(","))
    return [name for name in names if name and not name.startswith("%")]


def _tails(pattern: str) -> Iterator[str]:
    """A pattern as it may be below a folder: as written; for an absolute path, without leading parts."""
    parts = PurePosixPath(pattern).parts
    if ".." in parts:
        return
    if parts[:1] != ("/",):
        yield pattern
        return
    for begin in range(1, len(parts)):
        tail = parts[begin:]
        if len(tail) > 1 or not any(sign in tail[0] for sign in "*?["):
            yield "/".join(tail)


def _places(name: str) -> Iterator[str]:
    for tail in _tails(name):
        yield from (tail,) if "/" in tail else (folder + tail for folder in _FOLDERS)


class Files(Struct, frozen=True):
    """The files that belong to a configuration."""

    members: tuple[Source, ...] = ()

    def lines(self, text: str, path: str) -> Iterator[Token]:
        """The lines of a text, with the lines of included files in place.

        A file may be included several times, but not within itself.
        """
        return self._lines(text, path, frozenset(), iter(range(MAX_INCLUDED)))

    def _lines(self, text: str, path: str, around: frozenset[str], left: Iterator[int]) -> Iterator[Token]:
        """The lines of a file included within those `around`; `left` yields an item for each further file allowed."""
        within = around | {path}
        for line in lines_of(text, path):
            include = _INCLUDE.fullmatch(line.text.rstrip("\r"))
            texts = [] if include is None else list(self._texts(include[2], path))
            if not texts:
                yield line
            for inner, where in texts:
                if where not in within and next(left, None) is not None:
                    yield from self._lines(inner, where, within, left)

    def _texts(self, pattern: str, including: str) -> Iterator[tuple[str, str]]:
        for tail in _tails(pattern):
            sources = [source for source in self.members if lies_at(source.path, including, tail)]
            for source in sources:
                try:
                    yield source.read_text(), source.path
                except SourceError:
                    continue
            if sources:
                return

    def certificates(self, words: Token | None, naming: str) -> list[bytes | None]:
        """The certificates in the files that a setting names, each as from `certificate`."""
        return [] if words is None else [self.certificate(name, naming) for name in certificate_names(words.text)]

    def certificate(self, name: str, naming: str) -> bytes | None:
        """The certificate in a file, in DER; None if the file is not in the input, or has none."""
        for tail in _places(name):
            for source in self.members:
                if lies_at(source.path, naming, tail):
                    return _certificate(source)
        return None


def lies_at(path: str, naming: str, tail: str) -> bool:
    """Whether a path is where a pattern in another file points to, and not that file itself."""
    folder = naming.replace("\\", "/").rpartition("/")[0]
    tidy = path.replace("\\", "/")
    prefix = f"{folder}/" if folder else ""
    if tidy == naming.replace("\\", "/") or not tidy.startswith(prefix):
        return False
    return PurePosixPath(f"/{tidy.removeprefix(prefix)}").match(f"/{tail.removeprefix('./')}")


def _certificate(source: Source) -> bytes | None:
    try:
        data = source.read_bytes()
    except SourceError:
        return None
    pem = _PEM.search(data)
    if pem is None:
        return data
    try:
        return base64.b64decode(pem[1])
    except binascii.Error:
        return None
