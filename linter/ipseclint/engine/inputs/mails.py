"""Mails with parts that are encoded or pages: the text and the attachments, each decoded and under its file name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from ipseclint.formats.netsh.recognition import is_mail as has_encoded_parts
from ipseclint.late import LateModule, late
from ipseclint.source import suffix_of

if TYPE_CHECKING:
    import email
    from email.message import Message
else:  # few inputs are mails
    email = LateModule("email")

HEAD_BYTES = 65_536
"""How much of a file is examined to recognise such a mail."""

_SUFFIX = ".eml"
_HAS_PAGE = late(r"^Content-Type:[ \t]*(?:\n[ \t]+)?text/html\b", re.MULTILINE | re.IGNORECASE)
"""A part whose text is written as a page, with its signs and line ends escaped."""
_ENDINGS = {"text/plain": ".txt", "text/html": ".html", "text/xml": ".xml", "application/json": ".json"}


def may_be_mail(path: str) -> bool:
    """Whether a file is named as a mail."""
    return suffix_of(path) == _SUFFIX


def is_mail(path: str, head: bytes) -> bool:
    """Whether a file is a mail by its name, and has parts that are encoded or pages."""
    if not may_be_mail(path):
        return False
    text = head[:HEAD_BYTES].decode("utf-8", "replace").replace("\r\n", "\n")
    return has_encoded_parts(text) or _HAS_PAGE.search(text) is not None


def parts_of(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The decoded parts of a mail, texts in UTF-8; of alternatives the plain text. Raises RecursionError."""
    names: set[str] = set()
    for number, part in enumerate(_leaves(email.message_from_bytes(data)), start=1):
        kind = part.get_content_type()
        name = PurePosixPath((part.get_filename() or "").replace("\\", "/")).name
        name = name or f"part{number}{_ENDINGS.get(kind, '')}"
        name = f"{number}-{name}" if name in names else name
        names.add(name)
        yield name, _decoded(part, is_text=kind.startswith("text/"))


def _leaves(message: Message) -> Iterator[Message]:
    if not message.is_multipart():
        yield message
        return
    payload = message.get_payload()
    parts = [part for part in payload if not isinstance(part, str)] if isinstance(payload, list) else []
    plain = [part for part in parts if part.get_content_type() == "text/plain"]
    for part in plain if plain and message.get_content_subtype() == "alternative" else parts:
        yield from _leaves(part)


def _decoded(part: Message, *, is_text: bool) -> bytes:
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    charset = part.get_content_charset()
    if not is_text or charset is None:
        return data
    try:
        return data.decode(charset, "replace").encode("utf-8", "replace")
    except LookupError:
        return data
