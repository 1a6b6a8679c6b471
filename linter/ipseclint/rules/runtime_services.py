"""Failures beside negotiations: services that did not start, VPN connections, certificates at domain controllers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from ipseclint.finding import Basis, Cause, Severity
from ipseclint.model.change import Fix
from ipseclint.model.events import Event
from ipseclint.model.machine import Machine
from ipseclint.rule import Hit, LooksAt, NoOptions, Options, rule
from ipseclint.rules._events import SERVICE_NOT_STARTED, explained, hit_of_events
from ipseclint.rules.nat_traversal import l2tp_without_nat
from ipseclint.semantics.evidence import moment_of
from ipseclint.vocabulary.audit_events import KDC_EVENTS, RAS_EVENTS
from ipseclint.vocabulary.ras_errors import cause_by_update, causes_in_words, of_state, ras_errors, shown
from ipseclint.vocabulary.services import BLOCK_MODE, BLOCKED, CONTROL_EVENTS, DEPENDENT
from ipseclint.vocabulary.windows_errors import error_number


@rule(
    "RT022",
    "keying-service-not-started",
    basis=Basis.DOCUMENTED,
    cause=Cause.WAITS_FOR_IPSEC,
    looks_at=LooksAt.EVIDENCE,
)
def keying_service_not_started(machine: Machine, _options: NoOptions) -> Iterator[Hit]:
    """A negotiation failed because the IKEEXT service was not started, or a service that IPsec or VPNs need failed.

    Why: The service holds the keying modules IKE and AuthIP. While it does not run, nothing negotiates, and rules
    that require IPsec cut the host off. It needs the Base Filtering Engine, and connection security rules the Windows
    Firewall service. Policies of `netsh ipsec` are the matter of the IPsec Policy Agent, VPNs that of Remote Access
    Connection Manager and, at a server, of Routing and Remote Access. IPsec Services writes an event too when the host
    shuts down, so one that no start follows in the log is information.

    Seen as: Event 5453; events 7000, 7001, 7022 to 7024, 7031 and 7034 of the service control manager; events 5479 and
    4710 that no 5478 or 4709 follows; event 4292 of the driver of Windows Server 2003 (KB 912023).

    Bad: an event 5453

    Good: no such event

    Fix: `Set-Service IKEEXT -StartupType Automatic` and `Start-Service IKEEXT`; see RF012.

    Waive: For the minute in which the host starts.
    """
    events = [event for event in machine.events if event.event_id == SERVICE_NOT_STARTED]
    if events:
        what = "negotiation while the IKEEXT service was not started"
        hit = hit_of_events(machine, "the IKEEXT service", what, events)
        yield replace(hit, fix=Fix(note=_STARTED_BY_HAND))
    failed: defaultdict[str, list[Event]] = defaultdict(list)
    for event in machine.events:
        if event.event_id in CONTROL_EVENTS:
            failed[event.state or ""].append(event)
    for service, same in failed.items():
        what = f"failure of the {service} service"
        hit = hit_of_events(machine, f"the {service} service", what, same, severity=Severity.WARNING)
        yield replace(hit, fix=Fix(note=_looked_after(service, same)))
    if blocked := [event for event in machine.events if event.event_id == BLOCK_MODE]:
        yield replace(hit_of_events(machine, "the IPsec driver", BLOCKED, blocked), fix=Fix(note=_OUT_OF_BLOCK_MODE))
    switched = [(event, moment_of(event)) for event in machine.events if event.event_id in _STARTED | _SHUT_DOWN]
    dated = sorted(((moment, number) for number, (_, moment) in enumerate(switched) if moment is not None))
    newest = switched[dated[-1][1]][0] if dated else switched[0][0] if switched else None
    is_known = len(dated) == len(switched) or all(event.event_id in _SHUT_DOWN for event, _ in switched)
    if newest is not None and is_known and newest.event_id in _SHUT_DOWN:
        what = "shutdown of IPsec Services, and no later event tells of a start"
        yield hit_of_events(machine, "IPsec Services", what, [newest], severity=Severity.INFO)


def _looked_after(service: str, events: Iterable[Event]) -> str:
    """What to do about a service that failed."""
    depends = any(event.event_id == DEPENDENT for event in events)
    first = f"Start the service that it depends on first, which event {DEPENDENT} names. " if depends else ""
    return f"{first}The end of the event says why it failed; once that is mended, `Start-Service {service}`."


_STARTED_BY_HAND = (
    "Run `Set-Service IKEEXT -StartupType Automatic`, then `Start-Service IKEEXT`. If it does not start, events 7000 "
    "to 7034 of the service control manager in the System log say why."
)
_OUT_OF_BLOCK_MODE = (
    "IPSEC Services did not start. If its local policy is missing or damaged (KB 912023), export and delete "
    r"HKLM\SOFTWARE\Policies\Microsoft\Windows\IPSec\Policy\Local, run `regsvr32 polstore.dll`, set the service to "
    "start automatically, and restart. Until then, disable the service and restart: traffic then passes unprotected."
)
_STARTED = frozenset({4709, 5478})
_SHUT_DOWN = frozenset({4710, 5479})


class BehindNat(Options):
    """The registry value that keeps L2TP from a server behind a NAT, and the errors that this shows."""

    registry_value: str
    registry_key: str
    not_allowed: int
    errors: tuple[int, ...]


@rule("RT023", "vpn-connections-failed", basis=Basis.DOCUMENTED, options=BehindNat, looks_at=LooksAt.EVIDENCE)
def vpn_connections_failed(machine: Machine, options: BehindNat) -> Iterator[Hit]:
    """VPN connections failed with an error of Remote Access.

    Why: The error that a user sees is written by RasClient, and tells less than IKE knows: one number stands for
    several causes. `ipseclint explain` with the number lists them in the order to look at them, each with how to tell
    it and the rules that see it. Where the registry keeps L2TP from a server behind a NAT (KB 926179), an error that
    comes of it tells so; EX012 does where the site says that there is a NAT. Errors of IKE that a VPN shows (13801,
    13806, 13868) are reported by the rules on negotiations.

    Seen as: RasClient event 20227 in the Application log, RemoteAccess event 20271 at the server; 20226 where a
    connection that stood ended with an error, which is information.

    Bad: "The error code returned on failure is 809"

    Good: no such event

    Fix: Ask `ipseclint explain` for the number, and check the connection and its server together.

    Waive: For a connection that is known not to work.
    """
    by_code: defaultdict[int, list[Event]] = defaultdict(list)
    for event in machine.events:
        code = of_state(event.state)
        if code is not None and event.event_id in {None, *RAS_EVENTS} and event.success is False:
            by_code[code].append(event)
    for code, same in sorted(by_code.items()):
        known = ras_errors().get(code) or ras_errors().get(error_number(str(code)) or code)
        what = f"{shown(code)} {known.name}: {known.says}" if known else f"{shown(code)}, a number not explained here"
        hit = hit_of_events(machine, str(code), what.rstrip("."), same)
        note = causes_in_words(code) or explained(code)
        if known is None:
            note = f"Run `certutil -error {code}` on a Windows host: it says what the number means."
        elif code in options.errors and (without := _without_nat(machine, options)) is not None:
            note = (
                f"{options.registry_value} is {without} on this computer, and L2TP then does not reach a server behind "
                "a NAT. If there is one, set it to 1, or to 2 if this computer is behind a NAT as well, and restart. "
                f"`ipseclint explain {code}` has the other causes."
            )
        if cause := cause_by_update(code, (event.progress for event in same)):
            note = f"First, by what the input names: {cause}. {note}"
        if given := _reasons_of_nps(same):
            note = f"First the reason that NPS gives at the server, {given}. {note}"
        yield replace(hit, fix=Fix(note=note))
    yield from _ended(machine)


def _reasons_of_nps(events: Iterable[Event]) -> str:
    """The reasons of Network Policy Server that say why a user was refused, by number and meaning."""
    from ipseclint.vocabulary.nps_reasons import GIVES_REASON

    told = dict.fromkeys(event.progress or "" for event in events)
    return "; ".join(each.removeprefix(GIVES_REASON) for each in told if each.startswith(GIVES_REASON) and ": " in each)


def _without_nat(machine: Machine, options: BehindNat) -> str | None:
    return l2tp_without_nat(machine, options.registry_key, options.registry_value, options.not_allowed)


_ENDED = 20226
_IN_THE_COURSE_OF_THINGS = frozenset({0, 631})
"""No error, and ERROR_USER_DISCONNECTION: somebody hung up."""


def _ended(machine: Machine) -> Iterator[Hit]:
    """Established connections that ended with an error: information, since each may have been ended on purpose."""
    by_code: defaultdict[int, list[Event]] = defaultdict(list)
    for event in machine.events:
        code = of_state(event.state) if event.event_id == _ENDED else None
        if code is not None and code not in _IN_THE_COURSE_OF_THINGS:
            by_code[code].append(event)
    for code, same in sorted(by_code.items()):
        known = ras_errors().get(code) or ras_errors().get(error_number(str(code)) or code)
        what = f"connection that ended with {shown(code)}" + (f" {known.name}: {known.says}" if known else "")
        yield hit_of_events(machine, f"{code} at the end", what.rstrip("."), same, severity=Severity.INFO)


@rule(
    "RT028",
    "certificate-mapping-refused",
    basis=(Basis.DOCUMENTED, Basis.REASONED),
    leads_to=(13801,),
    looks_at=LooksAt.EVIDENCE,
)
def certificate_mapping_refused(machine: Machine, _options: NoOptions) -> Iterator[Hit]:
    """A domain controller could not map a certificate to its account strongly.

    Why: Since the updates of 9 September 2025 a domain controller takes a certificate only if it is mapped to its
    account by the account's SID, issuer and serial number, key identifier or hash of the key (KB 5014754). Where the
    mapping is refused, VPN users with certificates fail, and, by our reasoning, IPsec rules that map certificates to
    accounts. Smart cards at the console leave the same events; which of them it was is not in the event.

    Seen as: Events 39 to 41 of the KDC in the System log of a domain controller; 853, and event 6273 of NPS with
    reason 16, which RT023 reports.

    Bad: `<EventID>39</EventID>` of Microsoft-Windows-Kerberos-Key-Distribution-Center

    Good: no such event

    Fix: Renew the certificate so that it holds the SID of its account (1.3.6.1.4.1.311.25.2), or map it strongly.

    Waive: For certificates that are known not to belong here.
    """
    by_number: defaultdict[int, list[Event]] = defaultdict(list)
    for event in machine.events:
        if event.event_id in KDC_EVENTS:
            by_number[event.event_id].append(event)
    for event_id, same in sorted(by_number.items()):
        hit = hit_of_events(machine, str(event_id), f"event {event_id}: {KDC_EVENTS[event_id]}", same)
        yield replace(hit, fix=Fix(note="Renew the certificate with the SID of its account, or map it strongly."))
