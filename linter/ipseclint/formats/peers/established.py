"""Security associations reported as established, in logs of daemons and in their lists of SAs.

charon writes "IKE_SA office[1] established between ...", and "selected proposal: IKE:..." before it; pluto puts the
suite in braces behind "IKE SA established" or, as "xfrm=", behind "IPsec SA established". `swanctl --list-sas` and
`ipsec statusall` have a line for each association, and the suite in it or in a line below.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from ipseclint.formats.kit.token import Token
from ipseclint.formats.peers.log_progress import ASKED, SENT
from ipseclint.late import late
from ipseclint.model.events import Event, EventKind, SecurityAssociation
from ipseclint.source import Span

_ADDRESS = r"[\da-fA-F.:]{3,45}|%any"
_LOGGED = late(
    r"\bselected proposal: (?P<protocol>IKE|ESP|AH):(?P<selected>[\w/-]{3,200})"
    rf"|\bIKE_SA \S{{1,80}} established between (?P<ike_own>{_ADDRESS})\[[^\]\r\n]{{0,120}}\]"
    rf"\.\.\.(?P<ike_peer>{_ADDRESS})\["
    r"|\b(?P<child>CHILD_SA) \S{1,80} established with SPIs "
    r"|(?:\"(?:\[\d{1,9}\])?[ ](?P<pluto_peer>[\da-fA-F.:]{3,45})[ ]#\d[^\r\n]{0,80}?)?"
    r"\b(?:(?P<pluto_ike>(?:ISAKMP|PARENT|IKE) SA established|established IKE SA)"
    r"|(?P<pluto_child>IPsec SA established|established Child SA))\b(?:[^\r\n{]{0,200}\{(?P<suite>[^{}\r\n]{1,300})\})?"
)
_LISTED = late(
    r"[ \t]*(?P<name>[\w.%@-]{1,80}): #\d{1,9}, (?:reqid \d{1,9}, )?(?:(?P<ike>ESTABLISHED), IKEv[12]"
    r"|INSTALLED, [A-Za-z-]{3,30}, (?:ESP|AH)(?:inUDP)?:(?P<child>[\w/-]{3,160}))"
    rf"|[ \t]*[\w.%@-]{{1,80}}\[\d{{1,9}}\]:[ ]+ESTABLISHED [^\r\n]{{1,60}}?, (?P<own>{_ADDRESS})\["
    rf"[^\]\r\n]{{0,120}}\]\.\.\.(?P<peer>{_ADDRESS})\["
    r"|[ \t]*[\w.%@-]{1,80}(?:\[\d{1,9}\]:[ ]+IKE proposal: (?P<below>[\w/-]{3,160})"
    r"|\{\d{1,9}\}:[ ]+(?P<child_below>[A-Z][\w/]{3,160}), \d{1,20} bytes_i)"
    rf"|[ ]{{2}}(?P<side>local|remote)[ ]{{1,2}}'[^'\r\n]{{0,120}}' @ (?P<at>{_ADDRESS})(?:\[|$)"
    r"|[ ]{2}(?P<alone>[A-Z0-9_]{3,20}(?:-\d{3})?(?:/[A-Z0-9_]{2,30}){1,4})$"
)
SIGN = late(
    r"\bIKE_SA \S{1,80} established between |\bCHILD_SA \S{1,80} established with SPIs "
    r"|\b(?:ISAKMP|PARENT|IKE|IPsec) SA established\b|\bestablished (?:IKE|Child) SA\b"
)
"""A line of a log with which an association stands."""
CONNECTING = "CONNECTING"
LIST = late(
    r"^[ \t]*[\w.%@-]{1,80}(?:: #\d{1,9}, (?:ESTABLISHED|CONNECTING), IKEv[12],"
    r"|\[\d{1,9}\]:[ ]+(?:ESTABLISHED [^\r\n]{1,60}|CONNECTING), )",
    re.MULTILINE,
)
"""A line of a list of associations."""
LIST_WORDS = ("ESTABLISHED", CONNECTING)
_BEGUN = late(
    r"[ \t]*[\w.%@-]{1,80}: #\d{1,9}, CONNECTING, IKEv[12], (?P<own>[\da-f]{16})_i(?P<asks>\*?)"
    r" (?P<other>[\da-f]{16})_r"
    rf"|[ \t]*[\w.%@-]{{1,80}}\[\d{{1,9}}\]:[ ]+CONNECTING, (?:{_ADDRESS})\[[^\]\r\n]{{0,120}}\]"
    rf"\.\.\.(?P<peer>{_ADDRESS})\["
    rf"|[ ]{{2}}remote[ ]{{1,2}}'[^'\r\n]{{0,120}}' @ (?P<at>{_ADDRESS})(?:\[|$)"
)
_NEGOTIATION_PENDING = 13803
TRAFFIC = late(
    r"^(?:\d{3} )?#\d{1,9}: \"[^\"\r\n]{1,80}\"(?:\[\d{1,9}\] (?P<peer>[\da-fA-F.:]{3,45}))?"
    r", type=(?:ESP|AH), add_time=",
    re.MULTILINE,
)
"""A line of `ipsec trafficstatus`, which libreswan prints of each association that has carried or may carry packets."""
TRAFFIC_SIGN = ", add_time="
_PLUTO_SUITE = late(r"\b(?:cipher|integ|prf|group|xfrm)=([\w-]{1,60})")


class _Standing(Struct):
    """An association, as far as the lines so far tell."""

    span: Span
    kind: EventKind
    own: str | None = None
    peer: str | None = None
    suite: str | None = None

    def told(self) -> SecurityAssociation:
        """The association; as it is the daemon's, no Windows policy is checked against it."""
        return SecurityAssociation(
            span=self.span,
            kind=self.kind,
            local_address=self.own,
            remote_address=self.peer,
            offer=self.suite,
            by_daemon=True,
        )


def of_log(lines: Iterable[Token]) -> Iterator[SecurityAssociation]:
    """The associations that a log reports as established."""
    selected: dict[str, str] = {}
    own = peer = None
    for line in lines:
        match = _LOGGED.search(line.text)
        if match is None:
            continue
        if match["protocol"] is not None:
            selected["IKE" if match["protocol"] == "IKE" else "child"] = match["selected"]
            continue
        standing = _Standing(line.part(*match.span()).span, EventKind.MAIN_MODE)
        if match["ike_peer"] is not None:
            own, peer = match["ike_own"], match["ike_peer"]
            standing.suite = selected.get("IKE")
        elif match["child"] is not None:
            standing.kind = EventKind.QUICK_MODE
            standing.suite = selected.get("child")
        else:
            own, peer = None, match["pluto_peer"]
            standing.kind = EventKind.MAIN_MODE if match["pluto_ike"] else EventKind.QUICK_MODE
            standing.suite = "/".join(_PLUTO_SUITE.findall(match["suite"] or "")) or None
        standing.own, standing.peer = own, peer
        yield standing.told()


def of_traffic(lines: Iterable[Token]) -> Iterator[SecurityAssociation]:
    """The associations of `ipsec trafficstatus`, which does not show suites."""
    for line in lines:
        if (match := TRAFFIC.match(line.text)) is not None:
            yield _Standing(line.strip().span, EventKind.QUICK_MODE, None, match["peer"]).told()


def of_list(lines: Iterable[Token]) -> Iterator[SecurityAssociation]:
    """The associations of `swanctl --list-sas` and `ipsec statusall`."""
    ike: _Standing | None = None
    standings: list[_Standing] = []
    for line in lines:
        match = _LISTED.match(line.text)
        if match is None:
            continue
        if match["ike"] is not None or match["peer"] is not None:
            ike = _Standing(line.strip().span, EventKind.MAIN_MODE, match["own"], match["peer"])
            standings.append(ike)
        elif ike is not None and match["side"] is not None and standings[-1] is ike:
            ike.own, ike.peer = (match["at"], ike.peer) if match["side"] == "local" else (ike.own, match["at"])
        elif ike is not None and (match["alone"] or match["below"]) and ike.suite is None:
            ike.suite = match["alone"] or match["below"]
        elif (child := match["child"] or match["child_below"]) is not None:
            ends = (None, None) if ike is None else (ike.own, ike.peer)
            standings.append(_Standing(line.strip().span, EventKind.QUICK_MODE, *ends, child))
    yield from (standing.told() for standing in standings)


def connecting(lines: Iterable[Token]) -> Iterator[Event]:
    """The negotiations that such a list shows in progress, with the answers so far."""
    begun: Event | None = None
    for line in lines:
        match = _BEGUN.match(line.text)
        if match is None or (match["at"] is not None and begun is None):
            if begun is not None and not line.text.startswith(" "):
                yield begun
                begun = None
            continue
        if match["at"] is not None and begun is not None:
            yield begun.model_copy(update={"remote_address": match["at"]})
            begun = None
            continue
        if begun is not None:
            yield begun
        asks = bool(match["asks"])
        is_answered = match["other"] is not None and match["other"].strip("0") != ""
        event = Event(
            span=line.strip().span,
            kind=EventKind.MAIN_MODE,
            error_code=_NEGOTIATION_PENDING,
            success=False,
            role=None if match["own"] is None else "initiator" if asks else "responder",
            state=f"IKE_SA in the state {CONNECTING}",
            progress=(ASKED if is_answered else SENT) if asks else None,
            remote_address=match["peer"],
            by_daemon=True,
        )
        if match["peer"] is not None:
            yield event
        else:
            begun = event
    if begun is not None:
        yield begun
