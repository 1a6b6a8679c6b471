"""Answers about services, read by whatever reader claims them."""

from __future__ import annotations

from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.source import bytes_source


def read(text: str, name: str = "services.txt") -> Parsed:
    source = bytes_source(name, text.encode())
    form = recognise(source)
    assert form is not None
    return form.parse(source)


def services(parsed: Parsed) -> list[tuple[str, str | None, str | None]]:
    """Each service with how it starts and whether it runs."""
    return [
        (each.name, each.start and each.start.known, each.status and each.status.known)
        for each in parsed.policy.services
    ]
