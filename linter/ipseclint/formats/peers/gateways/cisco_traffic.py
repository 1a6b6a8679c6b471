"""The traffic of IOS and ASA: access lists of maps, and the objects of ASA that they name."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from ipseclint.formats.kit.token import Token
from ipseclint.formats.peers.gateway_tree import Node
from ipseclint.formats.peers.gateways.selectors import ALL, Selectors, mask_of, network, setting
from ipseclint.model.selectors import Address, Addresses
from ipseclint.model.setting import Setting, Unknown

_EVERYWHERE = frozenset({"any", "any4"})


def of_cisco(root: Node, entries: list[Node]) -> list[Selectors]:
    """The traffic of a map: each line of its access list, where one entry names one and all lines permit traffic.

    A list that the entry names and the text leaves out is traffic that is not known.
    """
    names = [name for entry in entries if (name := entry.value("match", "address")) is not None]
    if len(names) != 1:
        return []
    lists = [root.at("access-list", names[0].text), root.at("ip", "access-list", "extended", names[0].text)]
    if not any(lists):
        missing = Setting[Addresses](Unknown(names[0].text), names[0].span)
        return [Selectors(missing, missing)]
    lines = [line for each in lists if each is not None for line in _lines(each) if line and not _is_remark(line)]
    selectors = [each for line in lines[:_MAX_LINES] if (each := _of_line(root, line)) is not None]
    return selectors if len(selectors) == len(lines) else []


_MAX_LINES = 64
"""Of an access list with more lines, or an object with more networks, the traffic is not known (reasoned: each line is
a connection of its own)."""


def _is_remark(line: list[Token]) -> bool:
    return "remark" in {word.text for word in line[:3]}


def _of_line(root: Node, line: list[Token]) -> Selectors | None:
    """The traffic of a line of an access list; None if it permits none, or is not read."""
    numbered = line[2:] if line[0].text == "line" else line  # as `show access-list` of ASA has it
    numbered = numbered[1:] if numbered and numbered[0].text.isdecimal() else numbered
    words = [word for word in numbered if word.text != "extended"]
    is_asa = len(words) < len(numbered)
    if len(words) < 2 or words[0].text != "permit":
        return None
    if words[1].text != "ip":
        return Selectors(Setting(Unknown(words[1].text), words[1].span), Setting(Unknown(words[1].text), words[1].span))
    local, rest = _of_access_list(root, words[2:], is_asa=is_asa)
    remote, _ = _of_access_list(root, rest, is_asa=is_asa)
    name = " ".join(word.text for word in rest[:2])
    return None if local is None or remote is None else Selectors(local, remote, name)


def _lines(node: Node) -> Iterator[list[Token]]:
    """The words of each line below a node."""
    node.is_read = True
    if not node.below:
        yield []
    for below in node.below.values():
        for line in _lines(below):
            yield [below.place, *line]


def _of_access_list(root: Node, words: list[Token], *, is_asa: bool) -> tuple[Setting[Addresses] | None, list[Token]]:
    """One side of an access-list line, and the words behind it; ASA writes masks, IOS wildcards."""
    if not words:
        return None, []
    first = words[0]
    if first.text in _EVERYWHERE:
        return setting(first, f"{ALL}/0"), words[1:]
    if len(words) < 2:
        return None, []
    second = words[1]
    if first.text == "host":
        return setting(second, second.text), words[2:]
    if first.text in _OBJECTS:
        networks = _of_object(root, first.text, second.text)
        return Setting(Unknown(second.text) if networks is None else networks, second.span), words[2:]
    mask = second.text if is_asa else mask_of(second.text)
    return setting(first, f"{first.text}/{mask}"), words[2:]


_OBJECTS = frozenset({"object", "object-group"})
_PARTS_OF_OBJECT = {"object": "object", "group-object": "object-group"}
"""What names another object within a group, and what that is."""
_OF_NO_NETWORK = frozenset({"description", "nat"})


def _of_object(root: Node, kind: str, name: str) -> Addresses | None:
    """The networks of an object of ASA, or of a group of objects; None if one of them is not known.

    Source: `object network` and `object-group network` in the Cisco ASA Series Command Reference.
    """
    networks: list[Address] = []
    seen = {(kind, name)}
    waiting = [(kind, name)]
    while waiting:
        node = root.at(waiting[0][0], "network", waiting.pop(0)[1])
        lines = [] if node is None else [*islice(_lines(node), _MAX_LINES + 1)]
        if node is None or len(lines) > _MAX_LINES:
            return None
        for line in lines:
            words = [word.text for word in line if word.text != "network-object"]
            match words:
                case ["subnet" | "host" | "range", *rest] | rest if len(rest) in {1, 2} and rest[0][:1].isdigit():
                    known = network(("-" if words[0] == "range" else "/").join(rest))
                case ["object" | "group-object" as part, other] if len(seen) < _MAX_LINES:
                    if (_PARTS_OF_OBJECT[part], other) not in seen:
                        seen.add((_PARTS_OF_OBJECT[part], other))
                        waiting.append((_PARTS_OF_OBJECT[part], other))
                    continue
                case [word, *_] if word in _OF_NO_NETWORK:
                    continue
                case _:
                    return None
            if known is None:
                return None
            networks.append(known)
    if len(networks) > _MAX_LINES:
        return None
    return tuple(dict.fromkeys(networks)) or None
