"""Policy that stands in a document as people write it, outside of blocks of code: lists of services, commands in items.

| Service | Startup  |      |IKEEXT          - IKEEXT: Disabled      . sc config IKEEXT start= disabled
| IKEEXT  | Disabled |      |Disabled
"""

from __future__ import annotations

from ipseclint.engine.unread.sign_words import Sign
from ipseclint.formats.kit.diagnostics import quoted
from ipseclint.late import late
from ipseclint.vocabulary.ipsec_tools import COMMANDS
from ipseclint.vocabulary.services import KEYING

_SERVICE = "|".join(KEYING)
_KEPT_FROM_RUNNING = r"disabled|stopped|paused|deaktiviert|beendet|angehalten|gestoppt"
"""What a list says of a service that does not run, in English and German, as services.msc has it."""
_MARKS = r"['`*_ \t]{0,8}"
LISTED = (
    rf"(?P<service>{_SERVICE}){_MARKS}(?:"
    rf"(?:[|:=;,\t]|[ ]{{2}})(?:[^|;,\t\r\n]{{0,60}}[|;,\t]){{0,4}}?{_MARKS}"
    r"|</t[dh]>\s{0,8}(?:<t[dh][^<>]{0,80}>[^<>]{0,60}</t[dh]>\s{0,8}){0,4}?<t[dh][^<>]{0,80}>\s{0,8}"
    rf"|\r?\n(?:\|[^|\r\n]{{0,60}}\r?\n){{0,4}}?\|{_MARKS}"
    rf")(?P<state>{_KEPT_FROM_RUNNING}){_MARKS}(?=[|;,.<}}\]\r\n]|\Z)"
)
"""A service of IPsec and, in another cell of its row or behind a colon, that it does not run; in lower case."""
_LISTED = late(rf"(?:\A|[\n|>,;])[ \t>*+'`_-]{{0,20}}(?:\d{{1,4}}[.):]?[ \t]{{1,4}})?{LISTED}".encode())
_ITEM = late(
    r"(?:\A|\n)[ \t>]{0,20}(?:(?:[-*+.#]{1,5}|\d{1,3}[.)]|[a-z][.)])[ \t]{1,4}(?:\[[ x]\][ \t]{1,4})?){0,3}[`'(]{0,4}"
    rf"(?P<command>(?:{COMMANDS})|netsh(?:\.exe)?[ \t](?=[^\n]{{0,80}}?\b(?:add|set)\b[^\n]{{0,80}}?\w=['\w])"
    r"[^\n]{0,40}?(?:ipsec|consec|mainmode|advfirewall))".encode()
)
"""A command, with what it sets, at the start of a line or of an item of a list."""
_IS_LISTED = (
    "a list says that the service {} is {}, which is not read in this form: give what `sc qc {}` prints, or the "
    "command that sets it"
)
_IS_ITEM = "{} begins a line of a document outside of a block of code, and is not read: put it into one"


def service_listed(folded: bytes) -> Sign | None:
    """The first service of IPsec that a list says not to run; None if none does. `folded` is in lower case."""
    if not any(name.encode() in folded for name in KEYING):
        return None
    found = _LISTED.search(folded)
    if found is None:
        return None
    service, state = (found[name].decode("ascii", "replace") for name in ("service", "state"))
    why = _IS_LISTED.format(quoted(service), quoted(state), KEYING[service])
    return Sign("suspicious", is_suspicious=True, why=why, line=folded.count(b"\n", 0, found.start("service")) + 1)


def command_in_item(folded: bytes) -> Sign | None:
    """The first command that sets something of IPsec at the start of a line of a document; None if there is none."""
    found = _ITEM.search(folded)
    if found is None:
        return None
    shown = " ".join(found["command"].decode("ascii", "replace").split())
    line = folded.count(b"\n", 0, found.start("command")) + 1
    return Sign("suspicious", is_suspicious=True, why=_IS_ITEM.format(quoted(shown)), line=line)
