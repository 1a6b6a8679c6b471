"""What the cmdlets of VPN do to connections, and to what Routing and Remote Access takes as a server."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ipseclint.formats.powershell.script.alternatives import are_apart
from ipseclint.formats.powershell.script.binding import Refusal
from ipseclint.formats.powershell.script.evaluator import Evaluator
from ipseclint.formats.powershell.script.objects import Objects, identity, in_other_phone_book, properties_of
from ipseclint.formats.powershell.script.selection import Act, may_be_named, named_by_same
from ipseclint.formats.powershell.script.values import MAX_WAYS, Table, Thing, Value, flat, text_of
from ipseclint.vocabulary import vpn


def connect(
    act: Act, objects: Objects, evaluator: Evaluator, note: Callable[[str, int, int], None]
) -> Iterator[Refusal]:
    """Give VPN connections of a name their cryptography; why Windows refuses it for one is yielded."""
    name = act.bound.given("ConnectionName")
    suite = {key: value for key, value in properties_of(act.bound).items() if key in vpn.FOLDED_FIELDS}
    custom = Value(Table(suite), act.call.start, act.call.end)
    if act.bound.is_on("RevertToDefault"):
        custom = Value(None, act.call.start, act.call.end)
    names = [] if name is None else list(flat(name))
    for each in names:
        made = Thing("vpnconnection", act.call.start, act.call.end, {"name": each}, None, not evaluator.doubts)
        made.ways = tuple(evaluator.ways[-MAX_WAYS:])
        if (all_users := act.bound.given("AllUserConnection")) is not None:
            made.properties["alluserconnection"] = all_users
        there = objects.of("vpnconnection")
        alike = [one for one in named_by_same(there, each) if not are_apart(one.ways, made.ways)]
        connections = alike if each.is_unknown else objects.twins(made)
        if not (connections or act.bound.is_partial) and (other := _in_other_book(each, objects)) is not None:
            yield in_other_phone_book(other, each)
            continue
        if not connections:
            if may_be_named(there, each):
                message = "whether this is for a connection that is made here is not known, as its name is not"
                note(message, act.call.start, act.call.end)
            objects.add(made)
        for connection in connections or [made]:
            connection.properties["ipseccustompolicy"] = custom


def _in_other_book(name: Value, objects: Objects) -> Thing | None:
    """The connection of a name that is in the other phone book than the one a command looks at."""
    wanted = "" if name.is_unknown else text_of(name).casefold()
    connections = objects.of("vpnconnection") if wanted else ()
    return next((each for each in connections if identity(each) == wanted and each.is_certain), None)


def serve(act: Act, objects: Objects) -> None:
    """Set what Routing and Remote Access takes as a server: several cmdlets set it, each a part."""
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
