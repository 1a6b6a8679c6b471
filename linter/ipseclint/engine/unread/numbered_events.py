"""Texts that name events of IPsec by their numbers, as in "event 4653 every minute", and show none of them."""

from __future__ import annotations

import re

from ipseclint.late import late
from ipseclint.vocabulary.audit_events import NUMBERS

_NUMBERED = late(
    r"\b(?:event(?:s|os?|i|en)?|event[ ]?ids?|ereignis(?:se|sen)?|(?:ereignis|event)-ids?|[ée]v[ée]nements?"
    r"|событи[еяй]|事件|イベント)[^\w\r\n]{0,6}(?:(?:ids?|nr|no|number|code)\b[^\w\r\n]{0,6})?"
    rf"((?:{NUMBERS})(?:(?:[^\w\r\n]{{1,4}}(?:(?:and|or|und|oder|et|ou|y|e|и)[ ])?|和)(?:{NUMBERS})){{0,8}}+)"
    r"(?![\w.:]\w)",
    re.IGNORECASE,
)
"""The word for an event and the numbers of some."""
_NUMBER = late(r"\d+")
_MAX_NUMBERS = 5


def events_by_number(text: str) -> str | None:
    """What is said of a text that names events of IPsec by number alone; None without."""
    named = dict.fromkeys(number for match in _NUMBERED.finditer(text) for number in _NUMBER.findall(match[1]))
    if not named:
        return None
    numbers = list(named)[:_MAX_NUMBERS]
    return (
        f"it names events by number ({', '.join(numbers)}) and shows none of them: `ipseclint explain "
        f"{' '.join(numbers)}` tells what they mean; give the events themselves"
    )
