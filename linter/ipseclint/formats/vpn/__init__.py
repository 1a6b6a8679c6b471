"""VPN connections: profiles, phone books, and their common parts."""

from __future__ import annotations

import re

from ipseclint.late import late

PHONE_BOOK = late(
    r"[ \t]*(?:\[|[^\r\n=]{0,80}\r?\n[ \t]*(?:Encoding|PBVersion)=|(?:Encoding|PBVersion)=)", re.IGNORECASE
)
"""How a phone book begins, and one whose first line is damaged or lost."""
