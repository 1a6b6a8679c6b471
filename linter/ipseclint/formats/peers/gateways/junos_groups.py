"""What a configuration of Junos inherits of its groups ("Configuration Groups", Junos CLI User Guide).

A group that `apply-groups` names at the top is added, and what the configuration says itself wins. Wildcards, and
groups that are applied to a part of the configuration, are told.
"""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.formats.kit.diagnostics import quoted
from ipseclint.formats.kit.token import Token
from ipseclint.formats.peers.gateway_tree import Node
from ipseclint.formats.peers.gateways.parts import Maker, named_in

_APPLY = "apply-groups"
_PARTS = ("ike", "ipsec")
_WILDCARD = "<"
_OF_MEMBER = "$"
"""How the name begins of the group that each member of a cluster takes for itself, `${node}`."""
_NOT_FOLLOWED = (
    "what is inherited of the group {} here is not followed: give `show configuration security | display inheritance`"
)


def inherit(root: Node, make: Maker) -> None:
    """Add to a configuration what groups say of IKE and IPsec that it does not say itself."""
    for name in root.values(_APPLY):
        if name.text.startswith(_OF_MEMBER):
            continue
        group = named_in(root, name, make, "groups")
        for part in _PARTS if group is not None else ():
            source = None if group is None else group.at("security", part)
            if source is not None:
                path = [name.standing_for(word) for word in ("security", part)]
                _add(root.grown(path), source, name, make)
    for part in _PARTS:
        for applied in _applied(root.at("security", part)):
            make.diagnostics.not_understood(_NOT_FOLLOWED.format(quoted(applied.text)), applied.span)


def _add(target: Node, source: Node, group: Token, make: Maker) -> None:
    """Add what is below one object to another; a key that has values keeps them."""
    waiting = [(target, source)]
    while waiting:
        own, other = waiting.pop()
        for word, below in other.below.items():
            below.is_read = True
            mine = own.below.setdefault(word, below)
            if word.startswith(_WILDCARD):
                make.diagnostics.not_understood(_NOT_FOLLOWED.format(quoted(group.text)), below.place.span)
                del own.below[word]
            elif mine is not below and any(each.below for each in (*mine.below.values(), *below.below.values())):
                waiting.append((mine, below))


def _applied(node: Node | None) -> Iterator[Token]:
    """The names of groups that are applied to an object, or to one below it."""
    waiting = [] if node is None else [node]
    while waiting:
        for word, below in waiting.pop().below.items():
            if word == _APPLY:
                yield from (name.place for name in below.below.values())
            else:
                waiting.append(below)
