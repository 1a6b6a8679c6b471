"""The Windows services that IPsec needs: their names, their display names, and `sc`'s words for how they start."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

from msgspec import Struct

from ipseclint.words import slip_of


class Service(Struct, frozen=True):
    """A service that IPsec needs.

    `titles` are its display names, `german` the German ones, folded. `is_of_ipsec`: it serves IPsec only. `is_of_vpn`:
    it serves VPNs, with settings in its key Parameters; other services have such a key too.
    """

    name: str
    titles: tuple[str, ...]
    german: tuple[str, ...] = ()
    is_of_ipsec: bool = False
    is_of_vpn: bool = False


ROWS = (
    Service(
        "IKEEXT",
        ("ike and authip ipsec keying modules",),
        ("ike- und authip ipsec-schlüsselerstellungsmodule",),
        is_of_ipsec=True,
    ),
    Service(
        "PolicyAgent",
        ("ipsec policy agent", "ipsec services"),
        ("ipsec-richtlinien-agent", "ipsec-dienste"),
        is_of_ipsec=True,
    ),
    Service("BFE", ("base filtering engine",), ("basisfiltermodul",)),
    Service("MpsSvc", ("windows firewall", "windows defender firewall"), ("windows-firewall",)),
    Service("RasMan", ("remote access connection manager",), ("ras-verbindungsverwaltung",), is_of_vpn=True),
    Service("RemoteAccess", ("routing and remote access",), ("routing und ras",), is_of_vpn=True),
)

SERVICES = {shown: row.name for row in ROWS for shown in (row.name.casefold(), *row.titles)}
"""The services by name and display name, folded."""

TITLES = {**SERVICES, **{title: row.name for row in ROWS for title in row.german}}
"""The same, with the German display names, as in a list that a console exports."""

TITLE_OF = {row.name.casefold(): row.titles[0] for row in ROWS}
"""The display name of each service, folded."""

_LONG_NAMES = {row.name.casefold(): row.name for row in ROWS if len(row.name) > 4}
"""Long names only, since short ones are too similar: `bfs` is a service beside `BFE`."""

STARTS_OF_SC = {"auto": "automatic", "delayed-auto": "automatic", "demand": "manual", "disabled": "disabled"}
"""The words of `sc config` for `start=`, and the start of a service."""
STATES_BY_ACTION = {"stop": "stopped", "start": "running", "restart": "running"}
"""What a service is left as by what other tools do to it."""

NEVER_STARTED = 1077
"""The exit code of a service that nothing has tried to start since the boot (ERROR_SERVICE_NEVER_STARTED)."""
EXIT_CODES = {
    5: "access was denied",
    1053: "it did not answer in time",
    1058: "it is disabled",
    1067: "it ended unexpectedly",
    1068: "a service that it depends on did not start",
    1069: "its account could not log on",
    1075: "a service that it depends on does not exist",
}
"""What the exit code of a service that does not run tells (Microsoft, System Error Codes 0-499 and 1000-1299)."""
OF_DEPENDENCIES = frozenset({1068, 1075})
"""Those of them that are the fault of another service."""


SERVICE_CONTROL = "service control manager"
"""The provider of events on services in the System log, folded."""
DEPENDENT = 7001
"""The event that names two services: that which did not start, and that which it depends on."""
CONTROL_EVENTS = {
    7000: "it did not start",
    DEPENDENT: "it did not start, since a service that it depends on did not",
    7022: "it hung on starting",
    7023: "it ended with an error",
    7024: "it ended with an error of its own",
    7031: "it ended unexpectedly",
    7034: "it ended unexpectedly",
}
"""What such an event tells of a service, as Microsoft's support articles quote them."""
DRIVER = "ipsec"
"""The provider of the events of the driver of IPsec in the System log of Windows Server 2003, folded (KB 912023)."""
BLOCK_MODE = 4292
"""The driver's event that it discards all traffic but its exemptions at boot, since the service did not start."""
BLOCKED = "IPsec driver in Block mode: it discards all traffic that its exemptions at boot do not permit"
"""What that is."""
BLOCK_MESSAGE = "The IPSec driver has entered Block mode"
"""How its message begins."""
_SIGNS_OF_CONTROL = {
    "failed to start because of": DEPENDENT,
    "failed to start due to": 7000,
    "hung on starting": 7022,
    "service-specific error": 7024,
    "terminated with the following": 7023,
    "terminated unexpectedly": 7034,
    "ist vom dienst": DEPENDENT,
    "aufgrund folgenden fehlers nicht gestartet": 7000,
    "dienstspezifischen fehler beendet": 7024,
    "folgendem fehler beendet": 7023,
    "unerwartet beendet": 7034,
}
"""What the message of each says, folded; of two with one beginning the first. In German 7000 as Microsoft's pages on
SQL Server quote it; of the others no page was found, and their words are our reasoning."""
_KEYING = tuple(row for row in ROWS if row.is_of_ipsec or row.name == "BFE")
_CONTROLLED = (*_KEYING, *(row for row in ROWS if row.is_of_vpn or row.name == "MpsSvc"))
"""Those whose failures are told: without the last no VPN is dialled or served, and no rule is in force without the
firewall."""
KEYING = {shown: row.name for row in _KEYING for shown in (row.name.casefold(), *row.titles)}
"""The services without which nothing is negotiated, by name and display name, folded."""
_ENGLISH = "|".join(title for row in _CONTROLLED for title in row.titles)
_GERMAN = "|".join(title for row in _CONTROLLED for title in (*row.german, *row.titles))
CONTROL_MESSAGE = (
    rf"(?:The (?:{_ENGLISH}) service (?:failed to start|depends on|hung on starting|terminated)"
    rf"|(?:Der )?Dienst [\"'\u201e\u201c\u00bb](?:{_GERMAN})[\"'\u201c\u201d\u00ab] (?:wurde|ist vom Dienst)\b)"
)
"""How the message of such an event on a service that negotiations or VPNs need begins."""
_BEGINNINGS = ("the ", "der dienst ", "dienst ")


def failed_services(texts: Iterable[str]) -> tuple[str, ...]:
    """The services that negotiations or VPNs need and that the values or the message of an event name, in order.

    The first is the one that failed; of event 7001 a second is the one that it depends on.
    """
    told = "\n".join(texts).casefold()
    titles = ((title, row.name) for row in _CONTROLLED for title in (*row.titles, *row.german))
    places = sorted((told.find(title), name) for title, name in titles if title in told)
    return tuple(dict.fromkeys(name for _, name in places))


def control_event(folded: str) -> int | None:
    """The number of such an event, by its folded message."""
    if not folded.startswith(_BEGINNINGS) or not failed_services([folded]):
        return None
    return next((number for sign, number in _SIGNS_OF_CONTROL.items() if sign in folded), None)


def misspelt(name: str) -> str | None:
    """Why a name leads to no service, if it is one letter off a service that IPsec needs."""
    meant = slip_of(name.casefold(), _LONG_NAMES)
    return (
        None
        if meant is None
        else f"no service of Windows has this name: `{_LONG_NAMES[meant]}` may be meant, and is not set"
    )


UNNAMED = "which service is kept from running here is not known: it may be one that IPsec needs"
"""What is said of a command that stops or disables a service whose name is not known."""


_LONGEST = max(map(len, TITLES))


def may_be_one(name: str) -> bool:
    """Whether a name with `*` for what is not known of it may be that of a service that IPsec needs."""
    pieces = [piece.replace("[", "[[]").replace("?", "[?]") for piece in name.casefold().split("*") if piece]
    if sum(map(len, pieces)) > _LONGEST:
        return False
    pattern = f"{'*' if name.startswith('*') else ''}{'*'.join(pieces)}{'*' if name.endswith('*') else ''}"
    return any(fnmatchcase(title, pattern) for title in TITLES)


def _names(rows: Iterable[Service]) -> str:
    return "|".join(row.name.casefold() for row in rows)


def _mentions(rows: Iterable[Service]) -> str:
    """Names and titles as an expression; three words of a title suffice, since a wildcard may stand for the others."""
    shown = [name for row in rows for name in (row.name.casefold(), *(" ".join(t.split()[:3]) for t in row.titles))]
    return rf"\b(?:{'|'.join(shown)})\b"


OF_IPSEC = _names(row for row in ROWS if row.is_of_ipsec)
"""The names of the services of IPsec alone, as alternatives for folded text; likewise those below."""
OF_VPN = _names(row for row in ROWS if row.is_of_vpn)
NAMES = _names(ROWS)
MENTIONS = _mentions(ROWS)
SURE_MENTIONS = rf"{_mentions(row for row in ROWS if row.is_of_ipsec)}|\b(?:{NAMES})\b"
"""Names of all, and titles of those of IPsec alone: prose may contain the others' titles, such as the firewall's."""
