"""Faults of the IKE service that updates repaired, with the build and revision from which each is gone.

From the records of the CVE programme (cvelistV5, CVE-2026-33824 and CVE-2026-50696, read in November 2026). A release
that a record does not list is not judged by it. The day of reading is in `dated_facts`. New records are rows of
`ike_updates.csv`.
"""

from __future__ import annotations

import csv
import datetime
from functools import cache

from msgspec import Struct

from ipseclint.vocabulary import table_text


class IkeUpdate(Struct, frozen=True):
    """One fault, and the first revision of one build without it. `is_server` None: client and server alike."""

    cve: str
    published: datetime.date
    effect: str
    build: int
    is_server: bool | None
    revision: int


@cache
def ike_updates() -> tuple[IkeUpdate, ...]:
    """Every fault by build, oldest first."""
    text = table_text("ike_updates.csv")
    products = {"": None, "client": False, "server": True}
    return tuple(
        IkeUpdate(
            row["cve"],
            datetime.date.fromisoformat(row["published"]),
            row["effect"],
            int(row["build"]),
            products[row["product"]],
            int(row["revision"]),
        )
        for row in csv.DictReader(text.splitlines())
    )
