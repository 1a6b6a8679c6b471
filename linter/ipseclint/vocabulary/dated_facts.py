"""Facts that age, with the day on which each was last read at its source: updates, defaults and releases go on."""

from __future__ import annotations

import datetime

from msgspec import Struct

MAX_AGE_DAYS = 365
"""The age above which a fact is reported as old; a year is our choice, Microsoft publishes monthly."""


class DatedFacts(Struct, frozen=True):
    """One kind of fact: its subject, its place in the program, and the day on which its sources were read."""

    what: str
    module: str
    read_on: datetime.date


IKE_UPDATES = DatedFacts("updates of the IKE service", "ike_updates", datetime.date(2026, 11, 25))
CERTIFICATE_MAPPING_ENFORCED_ON = datetime.date(2025, 9, 9)
"""Since these updates a domain controller takes no weak mapping of certificates (KB 5014754, as others quote it)."""
DATED_FACTS = (
    IKE_UPDATES,
    DatedFacts("days from which updates enforce a setting", "dated_facts", datetime.date(2026, 11, 25)),
    DatedFacts("defaults of Windows by release", "windows_defaults", datetime.date(2026, 11, 25)),
    DatedFacts("releases of Windows", "windows_releases", datetime.date(2026, 11, 25)),
)
