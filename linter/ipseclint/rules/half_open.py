"""Thresholds on half-open negotiations: per address, and in total."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from ipseclint.finding import Basis, Cause, Severity
from ipseclint.model.change import Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import ConnectionSecurityRule, VpnServer
from ipseclint.model.selectors import ANY_ADDRESS, Addresses
from ipseclint.model.site import HostType
from ipseclint.rule import Hit, LooksAt, Options, rule
from ipseclint.semantics.reach import parsed
from ipseclint.semantics.registry import SERVICES, absence_of, number, registry_subject, values_of
from ipseclint.semantics.scope import secured_rules
from ipseclint.semantics.treatment import Question, doing_otherwise, traffic_with


class ManyInitiators(Options):
    """The number of half-open negotiations from which Windows drops new ones from the same address."""

    half_open_per_address: int


@rule(
    "QD022",
    "many-initiators-behind-one-address",
    basis=(Basis.DOCUMENTED, Basis.REASONED),
    leads_to=(13903, 13805, 13813),
    options=ManyInitiators,
    needs=("nat_groups",),
    cause=Cause.NEVER_FINISHES,
    looks_at=LooksAt.RULES | LooksAt.PARTS,
)
def many_initiators_behind_one_address(machine: Machine, options: ManyInitiators) -> Iterator[Hit]:
    """More initiators share one public address than Windows lets start at once from one address.

    Why: When an address has more than 35 negotiations of which only one message was received, Windows drops further
    new negotiations from it. A branch behind NAT reaches that at once when its line comes back and all its hosts
    start together, and so do all clients behind a load balancer that puts its own address in the place of theirs.
    Microsoft documents the threshold with the releases of Vista and Server 2008; it was not confirmed for current
    ones. The limit of IkeNumEstablishedForInitialQuery (QD038) is another, and looks the same. How many share one is
    the site's word. Whether IPsec through NAT is allowed makes no difference here: the setting is about responders
    behind NAT (KB 885348, KB 926179), though the cmdlet reference reads as if its default shut out initiators as well.

    Seen as: 13903 ERROR_IPSEC_IKE_RATELIMIT_DROP at the responder, "dropped due to peer IP address rate limiting": that
    this is the visible end of the threshold is our inference from the two texts. At the initiators 13805 or 13813.

    Bad: 300 laptops of one site that dial in from 203.0.113.7

    Good: The same site behind ten addresses, or one tunnel for the site

    Fix: Give the site more public addresses or one tunnel, stagger the reconnects, let main modes live longer.

    Waive: When the initiators never start together.
    """
    for source in _sources(machine):
        subject = _responder(machine, source)
        if subject is not None and source.initiators > options.half_open_per_address:
            yield Hit(
                subject=subject,
                span=subject.span,
                message=f"{source.initiators} initiators {source.words}; beyond {options.half_open_per_address} "
                "half-open negotiations of one address new ones are dropped",
                value=source.value,
                fix=Fix(note=source.advice),
            )


class _Source(Struct, frozen=True):
    """Initiators behind one address; the address is missing where it is a load balancer's own."""

    address: Addresses
    initiators: int
    words: str
    value: str
    advice: str


def _sources(machine: Machine) -> Iterator[_Source]:
    advice = "Give the site more public addresses or one tunnel, and stagger the reconnects."
    site = machine.site
    for group in site.nat_groups or ():
        yield _Source(
            parsed((group.address,)), group.initiators, f"share the address {group.address}", group.address, advice
        )
    if site.load_balancer_hides_clients:
        advice = "Let the load balancer keep the clients' addresses."
        yield _Source(
            (),
            site.vpn_clients or site.peers or 0,
            "come from the load balancer's own address",
            "load balancer",
            advice,
        )


def _responder(machine: Machine, source: _Source) -> VpnServer | ConnectionSecurityRule | None:
    """The object that initiators negotiate with: a VPN server, else the first rule that secures traffic with them."""
    secured = secured_rules(machine)
    traffic = traffic_with(machine, source.address or (ANY_ADDRESS,))
    question = Question(machine, traffic, doing_otherwise(machine, secured))
    rule = next((each for each in secured if question.left_to(each).possible), None)
    return next(iter(machine.policy.vpn_servers), rule)


class CookieMode(Options):
    """The registry value, the exposed hosts, and the number of initiators from which cookies cost much."""

    registry_key: str
    registry_value: str
    exposed_hosts: frozenset[HostType]
    busy_hosts: frozenset[HostType]
    busy_above_initiators: int


@rule(
    "QD023",
    "ike-dos-cookie-mode",
    basis=Basis.DOCUMENTED,
    leads_to=(13890, 13811, 13812),
    options=CookieMode,
    needs=("host_type",),
    cause=Cause.TOO_EXPENSIVE,
)
def ike_dos_cookie_mode(machine: Machine, options: CookieMode) -> Iterator[Hit]:
    """An exposed responder keeps state for every first message, or a busy hub asks every initiator for a cookie.

    Why: With `EnableDOSProtect` at 1 the responder asks for cookies when more than 500 main modes are half-open, until
    they are fewer than 100: every initiator then needs one more round trip. Without it the responder keeps
    state for every well-formed first message, and a flood of them fills its queue. Microsoft documents the value for
    Vista to 10 and Server 2008 to 2016, and the numbers 500 and 100 for Vista and Server 2008.

    Seen as: With it: 13890 ERROR_IPSEC_IKE_DOS_COOKIE_SENT and event 4646. Without it: 13811 and 13812 in a flood.

    Bad: A VPN hub on the Internet without the value

    Good: `reg add HKLM\\SYSTEM\\CurrentControlSet\\Services\\IKEEXT\\Parameters /v EnableDOSProtect /t REG_DWORD /d 1`

    Fix: Set the value to 1 on responders that strangers can reach. On a hub whose own peers start by the hundred at
    once, let a device in front of it keep floods away, or spread the starts.

    Waive: Where only known peers can reach the host.
    """
    key = values_of(machine.policy, options.registry_key)
    value = key.get(options.registry_value.casefold())
    where = value or absence_of(machine.policy, options.registry_key, options.registry_value)
    if where is None or any(each.data.known is None for each in key.values()):
        return
    protected = value is not None and number(value) not in {None, 0}
    host = machine.site.host_type
    name = options.registry_value
    if not protected and host in options.exposed_hosts:
        yield Hit(
            subject=registry_subject(where),
            span=where.data.span,
            message=f"{name} is {'0' if value is not None else 'not set'} on a {host}: "
            "state is kept for every first message of a stranger",
            value="off",
            severity=Severity.INFO,
            fix=Fix(note=f"Run `reg add {SERVICES}\\{options.registry_key} /v {name} /t REG_DWORD /d 1`."),
        )
    elif protected and host in options.busy_hosts and (machine.site.peers or 0) > options.busy_above_initiators:
        yield Hit(
            subject=registry_subject(where),
            span=where.data.span,
            message=f"{name} is on at a {host} of {machine.site.peers} peers: beyond {options.busy_above_initiators} "
            "that start at once, each needs one more round trip",
            value="on",
            severity=Severity.WARNING,
            fix=Fix(note="Stagger the starts of the peers, or put the protection in front of the hub."),
        )
