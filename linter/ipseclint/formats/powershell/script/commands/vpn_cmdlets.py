"""Effects of VPN cmdlets on connections, and on the server settings of Routing and Remote Access."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ipseclint.formats.powershell.script.arguments.binding import Bound, Refusal
from ipseclint.formats.powershell.script.commands.objects import (
    Objects,
    identity,
    in_other_phone_book,
    phone_book,
    properties_of,
)
from ipseclint.formats.powershell.script.commands.selection import Act, may_be_named, named_by_same
from ipseclint.formats.powershell.script.evaluator import Evaluator
from ipseclint.formats.powershell.script.flow.alternatives import are_apart, is_within
from ipseclint.formats.powershell.script.values.lists import flat
from ipseclint.formats.powershell.script.values.value import (
    Table,
    Thing,
    Value,
    text_of,
)
from ipseclint.vocabulary import vpn

_PROOFS = {"presharedkey": "SharedSecret", "certificates": "CertificateAdvertised"}
"""What has to be given with each way of a server to prove itself (Set-VpnAuthProtocol,
`-TunnelAuthProtocolsAdvertised`)."""


def lacking_proof(cmdlet: str, bound: Bound) -> Iterator[Refusal]:
    """Why a server does not take how it is to prove itself: its key or certificate is not given."""
    way = bound.given("TunnelAuthProtocolsAdvertised") if cmdlet == "Set-VpnAuthProtocol" else None
    proof = None if way is None or way.is_unknown or bound.is_partial else _PROOFS.get(text_of(way).casefold())
    if way is not None and proof is not None and proof not in bound.values:
        message = f"Set-VpnAuthProtocol is given no `-{proof}`, which it has to have with {text_of(way)}"
        yield Refusal(message, way.start, way.end)


def connect(
    act: Act, objects: Objects, evaluator: Evaluator, note: Callable[[str, int, int], None]
) -> Iterator[Refusal]:
    """Set the cryptography of VPN connections, by name; yields why Windows refuses it for one."""
    given = act.bound.given("ConnectionName")
    suite = {key: value for key, value in properties_of(act.bound).items() if key in vpn.FOLDED_FIELDS}
    custom = Value(Table(suite), act.call.start, act.call.end)
    if act.bound.is_on("RevertToDefault"):
        custom = Value(None, act.call.start, act.call.end)
    names = [] if given is None else list(flat(given))
    for name in names:
        made = Thing("vpnconnection", act.call.start, act.call.end, {"name": name}, None, not evaluator.doubts)
        made.ways = evaluator.tries.ways_here
        if (all_users := act.bound.given("AllUserConnection")) is not None:
            made.properties["alluserconnection"] = all_users
        is_open = name.is_unknown or made.kind in objects.kinds_with_open_names
        there = objects.of(made.kind) if is_open else []
        alike = [one for one in named_by_same(there, name) if not are_apart(one.ways, made.ways)]
        connections = [one for one in alike if _book(one) == _book(made)] if name.is_unknown else objects.twins(made)
        if not (connections or act.bound.is_partial):
            others = alike if name.is_unknown else _all_of_name(name, objects)
            there_too = (one for one in others if one.is_certain or (one.ways and is_within(made.ways, one.ways)))
            if (other := next(there_too, None)) is not None:
                place = (name.start, name.end) if act.call.start <= name.start else act.place
                yield in_other_phone_book(other, name, *place)
                continue
        if not connections:
            if may_be_named(there, name):
                message = "whether this is for a connection that is made here is not known, as its name is not"
                note(message, act.call.start, act.call.end)
            objects.add(made)
        for connection in connections or [made]:
            connection.properties["ipseccustompolicy"] = custom


def join_sites(made: Thing, *, is_whole: bool) -> None:
    """Set what a site-to-site cmdlet implies by omission: GRE, or no suite of its own.

    `is_whole`: all arguments of the cmdlet are known.
    """
    properties = made.properties
    if (by_gre := properties.pop("gretunnel", None)) is not None:
        properties.setdefault("protocol", by_gre._replace(data="GRE"))
    elif is_whole and not properties.keys() & vpn.FOLDED_FIELDS:
        properties.setdefault("custompolicy", Value(False, made.start, made.end))


def give_suite(act: Act, objects: Objects, evaluator: Evaluator) -> None:
    """Keep a site-to-site interface that another script makes, with what it is given here."""
    interface = Thing(
        act.kind, act.call.start, act.call.end, properties_of(act.bound), None, is_certain=not evaluator.doubts
    )
    interface.ways = evaluator.tries.ways_here
    objects.add(interface)


def of_book(connections: Sequence[Thing], all_users: Value | None) -> list[Thing]:
    """The connections in a phone book: that of all users, or the user's own."""
    asked = phone_book(all_users)
    return [each for each in connections if _book(each) == asked]


def _book(connection: Thing) -> str:
    return phone_book(connection.properties.get("alluserconnection"))


def _all_of_name(name: Value, objects: Objects) -> list[Thing]:
    """The connections with a known name, in any phone book."""
    wanted = text_of(name).casefold()
    return [each for each in objects.of("vpnconnection") if identity(each) == wanted] if wanted else []


def serve(act: Act, objects: Objects) -> None:
    """Configure Routing and Remote Access as a server; several cmdlets set a part each."""
    server = next(iter(objects.of("vpnserver")), None)
    if server is None:
        server = Thing(
            "vpnserver", act.call.start, act.call.end, {"name": Value("RRAS", act.call.start, act.call.start)}
        )
        objects.add(server)
    if act.bound.is_on("RevertToDefault"):
        server.properties = {name: value for name, value in server.properties.items() if name not in vpn.FOLDED_FIELDS}
    properties = properties_of(act.bound)
    for name in ("reverttodefault", "tunneltype"):
        properties.pop(name, None)
    before = server.properties.get("ipaddressrange") if act.call.name.startswith("add-") else None
    if before is not None and (more := properties.get("ipaddressrange")) is not None:
        properties["ipaddressrange"] = Value([*flat(before), *flat(more)], more.start, more.end)
    server.properties.update(properties)


def take_range(act: Act, objects: Objects) -> None:
    """Take out of a server's pool the range that an address begins (Microsoft Learn, Remove-VpnIPAddressRange)."""
    first = act.bound.text("IPAddress")
    for server in objects.of("vpnserver"):
        if (pool := server.properties.pop("ipaddressrange", None)) is None or not first:
            continue
        ends = list(flat(pool))
        ranges = zip(ends[::2], ends[1::2], strict=False)
        if kept := [end for low, high in ranges if text_of(low) != first for end in (low, high)]:
            server.properties["ipaddressrange"] = pool._replace(data=kept)
