"""Connections of OPNsense, of the element `Swanctl` of its config.xml, as the swanctl.conf that it makes of them.

OPNsense keeps connections, the rounds of both sides and the children in lists beside each other, and writes each under
the connection that it names, with the names of its elements as keys (opnsense/core, models/OPNsense/IPsec/Swanctl.xml
and Swanctl.php). What is switched off is not written. The preshared keys stand in `OPNsense/IPsec/preSharedKeys`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.read import key_of
from ipseclint.formats.kit.token import Token
from ipseclint.formats.kit.xml.element import Element, text_of
from ipseclint.formats.peers import swanctl
from ipseclint.formats.peers.gateways.parts import SWITCHED_OFF
from ipseclint.formats.peers.sections import Section
from ipseclint.model.peer import Peer, PeerKey

ROOT, KEYS = "Swanctl", "preSharedKeys"
"""The elements with the connections, and with the preshared keys of all of them."""
SWITCH, SETTINGS = "general", "IPsec"
"""The element with the switch of all connections, and the one that it stands in: others have one of that name too."""
_ALL_OFF = "all connections, since IPsec as a whole is not switched on"
_OWN = frozenset({"enabled", "connection", "description", "name"})
"""What OPNsense keeps of an object and writes into no file."""
_SIDES = (("locals", "local"), ("remotes", "remote"))


def peers_of(
    roots: Iterable[Element], listed: Iterable[Element], switches: Iterable[Element], diagnostics: Diagnostics
) -> tuple[Peer, ...]:
    """A peer for each child of each connection that is switched on."""
    if [each for each in switches if not _is_on(each, diagnostics)]:
        diagnostics.not_read(_ALL_OFF)
        return ()
    keys = [key for each in listed for key in _keys(each, diagnostics.path)]
    tree = Section(Token("", diagnostics.path, 1, 1))
    for root in roots:
        tree.sections.append(_connections(root, diagnostics))
    return swanctl.peers_of(tree, keys, diagnostics)


def _connections(root: Element, diagnostics: Diagnostics) -> Section:
    path = diagnostics.path
    found: dict[str, Section] = {}
    off: set[str] = set()
    for element in _objects(root, "Connections"):
        name = element.attribute("uuid")
        if _is_on(element, diagnostics):
            found[name] = _section(element, _title(element, path), path)
        else:
            off.add(name)
            diagnostics.not_read(SWITCHED_OFF)
    for below, prefix in (*_SIDES, ("children", "")):
        for element in _objects(root, below):
            if not _is_on(element, diagnostics):
                continue
            named = element.child("connection")
            owner = found.get("" if named is None else named.text.strip())
            if owner is not None:
                place = Token("", path, element.line, element.column)
                title = place.standing_for(prefix) if prefix else _title(element, path)
                above = owner if prefix else _children(owner)
                above.sections.append(_section(element, title, path))
            elif named is None or named.text.strip() not in off:
                why = f"no connection here is the one that this {quoted(element.name)} names, so that it is not used"
                diagnostics.not_understood(why, diagnostics.place(element.line, element.column))
    return Section(Token("connections", path, root.line, root.column), sections=[*found.values()])


def _children(connection: Section) -> Section:
    children = connection.section("children")
    if children is None:
        children = Section(connection.name.standing_for("children"))
        connection.sections.append(children)
    return children


def _objects(root: Element, name: str) -> Iterator[Element]:
    for each in root.named(name):
        yield from each.children


def _is_on(element: Element, diagnostics: Diagnostics) -> bool:
    """Whether an object is switched on, which it is by default."""
    enabled = element.child("enabled")
    said = "" if enabled is None else enabled.text.strip()
    if enabled is not None and said not in {"", "0", "1"}:
        why = f"{quoted(said)} is neither 0 nor 1: whether this is switched on is not known, and it is left out"
        diagnostics.not_understood(why, diagnostics.place(enabled.line, enabled.column))
    return said in {"", "1"}


def _title(element: Element, path: str) -> Token:
    """The description of an object, as people know it; else its number."""
    said = element.child("description")
    if said is not None and said.text.strip():
        return text_of(said, path).strip()
    return Token(element.attribute("uuid") or element.name, path, element.line, element.column)


def _section(element: Element, name: Token, path: str) -> Section:
    """An object as a section: what is empty is not written."""
    section = Section(name)
    for child in element.children:
        if child.name not in _OWN and child.text.strip():
            section.keys.append(Token(child.name, path, child.line, child.column))
            section.values[child.name] = text_of(child, path).strip()
    return section


def _keys(listed: Element, path: str) -> Iterator[PeerKey]:
    """The keys for preshared-key authentication: those of another type are for EAP."""
    for element in listed.children:
        key = element.child("Key")
        if key is None or element.child_text("keyType") not in {"", "PSK"}:
            continue
        names = [element.child_text(name) for name in ("ident", "remote_ident")]
        token = text_of(key, path).strip()
        yield PeerKey(
            span=token.span,
            identities=tuple(name for name in names if name and name != "%any"),
            secret=key_of(token.text),
        )
