"""Events of the firewall's own log that tell of IPsec policy, by number and by how their messages begin.

Source: the messages of Microsoft-Windows-Windows Firewall With Advanced Security in mpssvc.dll, and the words that it
puts into them, as github.com/libyal/winevt-kb lists them; of Windows 11 22H2, which writes others in their place, as
github.com/nasbench/EVTX-ETW-Resources does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import count

from ipseclint.late import late

FIREWALL_PROVIDER = "microsoft-windows-windows firewall with advanced security"
"""The provider of the firewall's events, folded."""

_RULE, _MAIN_MODE_RULE, _AUTHENTICATION = "connection security rule", "main-mode rule", "authentication set"
_PHASE_1, _PHASE_2 = "main-mode crypto set", "quick-mode crypto set"
_KINDS = (_RULE, _MAIN_MODE_RULE, _PHASE_1, _PHASE_2, _AUTHENTICATION)
_ADDED, _CHANGED, _DELETED, _LOADED = "{} added", "{} changed", "{} deleted", "{} loaded when the firewall started"
_ALL = "all {}s deleted"


def _until_windows_10() -> Iterator[tuple[int, str]]:
    numbers = count(2012)
    for kind in _KINDS:
        for what in (_ADDED, _CHANGED, _DELETED, _LOADED):
            yield next(numbers), what.format(kind)


FIREWALL_EVENTS = {
    2000: "settings applied when the firewall started",
    **dict(_until_windows_10()),
    2032: "firewall reset to its defaults",
    2034: _ALL.format(_RULE),
    2035: _ALL.format(_MAIN_MODE_RULE),
    2036: _ALL.format(_AUTHENTICATION),
    2037: _ALL.format("crypto set"),
    2038: "rule not applied, since it is not properly configured",
    2053: _DELETED.format(_RULE),
    2054: _DELETED.format(_MAIN_MODE_RULE),
    2055: _DELETED.format(_PHASE_1),
    2056: _DELETED.format(_PHASE_2),
    2057: _ALL.format(_RULE),
    2058: _ALL.format(_MAIN_MODE_RULE),
    2060: "firewall reset to its defaults",
    2061: _ADDED.format(_RULE),
    2062: _CHANGED.format(_RULE),
    2063: _LOADED.format(_RULE),
    2064: _ADDED.format(_AUTHENTICATION),
    2065: _CHANGED.format(_AUTHENTICATION),
    2066: _LOADED.format(_AUTHENTICATION),
    2067: _DELETED.format(_AUTHENTICATION),
    2068: _ADDED.format(_MAIN_MODE_RULE),
    2069: _CHANGED.format(_MAIN_MODE_RULE),
    2070: _LOADED.format(_MAIN_MODE_RULE),
    2074: _ALL.format(_AUTHENTICATION),
    2075: _ALL.format("crypto set"),
    2076: _ADDED.format(_PHASE_1),
    2077: _CHANGED.format(_PHASE_1),
    2078: _LOADED.format(_PHASE_1),
    2079: _ADDED.format(_PHASE_2),
    2080: _CHANGED.format(_PHASE_2),
    2081: _LOADED.format(_PHASE_2),
}
"""What each event reports. Events about rules of the firewall itself are left out."""

_SETTING_EVENTS = frozenset({2002, 2003, 2082, 2083})
"""Events of a setting that was changed, as a whole or in a profile: of IPsec, or of the firewall."""
_SETTING = late(
    r"^[ \t>]*Type:\s{0,8}(?P<name>IPsec (?:SA Idle time|preshared key encoding|Exempt|CRL Check|Through NAT)"
    r"|Allow Local IPsec Policy Merge|Disable Stealth Mode IPsec Secured Packet Exemption"
    r"|Remote (?:Machine|User) Authorization List)[ \t]*\r?\n[ \t>]*Value:[ \t]{0,8}(?P<value>[^\r\n]{0,80})",
    re.IGNORECASE | re.MULTILINE,
)

_IN_MESSAGES = {
    _RULE: "connection security rule",
    _MAIN_MODE_RULE: "main mode rule",
    _PHASE_1: "phase 1 crypto set",
    _PHASE_2: "phase 2 crypto set",
    _AUTHENTICATION: "authentication set",
}
_DONE = r"(?:was|has been) (?:added|modified|deleted) (?:to|in|from) (?:the )?IPsec settings\b"
FIREWALL_MESSAGE = (
    rf"(?:An? (?:{'|'.join(_IN_MESSAGES.values())}) {_DONE}"
    r"|All (?:connection security rules|main mode rules|(?:authentication|crypto) sets) have been deleted from the "
    r"|A Windows (?:Defender )?Firewall setting (?:in the [a-z, ]{1,40} profile )?has changed"
    r"|The following settings were applied to the Windows (?:Defender )?Firewall at startup"
    r"|Windows (?:Defender )?Firewall did not apply the following rule because the rule was not properly configured)"
)
"""The beginning of the message of such an event."""


_WHOLE = {
    "did not apply the following rule": 2038,
    "following settings were applied": 2000,
    "profile has changed": 2003,
    "firewall setting has changed": 2002,
}
"""Words of messages that are alike in nothing else, and their numbers."""
_MAX_BEGINNING = 120


def changed_setting(number: int, texts: Sequence[str]) -> tuple[str, str] | None:
    """The setting of IPsec that an event reports to have changed, and its value; None if it is another event."""
    match = _SETTING.search("\n".join(texts)) if number in _SETTING_EVENTS else None
    return None if match is None else (match["name"], match["value"].strip())


def number_of_message(folded: str) -> int | None:
    """The number of such an event by the beginning of its folded message; of two with one message the first."""
    for words, number in _WHOLE.items():
        if words in folded[:_MAX_BEGINNING]:
            return number
    told = next((each for each, words in _IN_MESSAGES.items() if folded.startswith(words, folded.find(" ") + 1)), None)
    if told is None:
        whole = (each for each in (*_KINDS, "crypto set") if folded.startswith(f"all {_IN_MESSAGES.get(each, each)}s "))
        every = next(whole, None)
        wanted = None if every is None else _ALL.format(every)
    elif "started" in folded[:_MAX_BEGINNING]:
        wanted = _LOADED.format(told)
    else:
        done = {"added": _ADDED, "modified": _CHANGED, "deleted": _DELETED}
        wanted = next((words.format(told) for word, words in done.items() if word in folded[:80]), None)
    return next((number for number, what in FIREWALL_EVENTS.items() if what == wanted), None)
