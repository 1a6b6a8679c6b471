"""Gateways of Azure and AWS declared in Bicep and Terraform, with the members of the JSON of their cloud.

Both are read where they are literal: strings, numbers, lists, objects and blocks, and names of `var` and `locals` that
stand for such (Microsoft: "Bicep file structure and syntax"; HashiCorp: "HCL native syntax specification"; the
pages of the providers azurerm and aws on their resources). What is worked out when it is deployed stays an expression;
a parameter has its default.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice

from msgspec import Struct
from msgspec.structs import astuple, replace

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.json_places import Json, JsonObject
from ipseclint.formats.kit.token import OpenToken, Token
from ipseclint.formats.peers import aws
from ipseclint.formats.peers.members import as_default
from ipseclint.late import late
from ipseclint.source import lines_of_text

MAX_DEPTH = 60
MAX_VALUES = 100_000
MAX_PIECES = 500_000
"""How many words, signs and ends of lines a file may have (reasoned: some megabytes, far above any module)."""
_MAX_HOPS = 8
"""How many names may stand for each other."""

_PIECE = late(
    r"(?P<blank>[ \t\r]+|//[^\n]*|\#[^\n]*|/\*.*?(?:\*/|\Z))"
    r"|(?P<line>\n)"
    r"|(?P<long>'''.*?(?:'''|\Z)|<<[-~]?(?P<tag>\w+)\n.*?(?:^[ \t]*(?P=tag)[ \t]*$|\Z))"
    r"|(?P<text>(?<!\\)(?:'(?:\\.|[^'\\\n])*+'|\"(?:\\.|[^\"\\\n])*+\"))"
    r"|(?P<number>-?\d+(?:\.\d+)?\b)"
    r"|(?P<name>[A-Za-z_][\w-]*)"
    r"|(?P<sign>.)",
    re.DOTALL | re.MULTILINE,
)
_OPEN, _CLOSE = "{[(", "}])"
_NAME = late(r"(?:local\.)?(\w+(?:\.\w+)*)")
_WORDS = ("true", "false", "null")
_KIND = "kind of the resource"
"""The name under which a resource of Terraform keeps what it is."""


class _Piece(Struct, frozen=True):
    kind: str
    token: Token

    @property
    def text(self) -> str:
        return self.token.text


def values(document: str, diagnostics: Diagnostics) -> list[Json]:
    """The resources and modules of a document, one value each, with the members of the JSON of their cloud."""
    pieces = list(islice(_pieces(document, diagnostics.path), MAX_PIECES + 1))
    if len(pieces) > MAX_PIECES:
        message = f"more than {MAX_PIECES:,} words and signs: what is declared was not read"
        diagnostics.refused(message, pieces[-1].token.span)
        return []
    reader = _Reader(pieces)
    declared = list(reader.statements())
    names = _Names({name: value for name, value in declared if name})
    return [_named(names.resolved(value, MAX_DEPTH)) for name, value in declared if not name]


def _pieces(document: str, path: str) -> Iterator[_Piece]:
    text = "\n".join(lines_of_text(document))
    line, start = 1, 0
    for match in _PIECE.finditer(text):
        kind = match.lastgroup if match.lastgroup != "tag" else "long"
        if kind != "blank":
            first = Token(match[0].partition("\n")[0], path, line, match.start() - start + 1)
            yield _Piece(kind or "sign", first if first.text == match[0] else first.standing_for(match[0]))
        if breaks := match[0].count("\n"):
            line, start = line + breaks, match.start() + match[0].rfind("\n") + 1


class _Reader:
    """Reads statements; anything not literal becomes an expression."""

    def __init__(self, pieces: list[_Piece]) -> None:
        self._pieces = pieces
        self._at = 0

    def statements(self) -> Iterator[tuple[str, Json]]:
        """Names with what they stand for, and without a name what is declared."""
        while (piece := self._next()) is not None:
            if piece.kind != "name":
                continue
            match piece.text:
                case "var":
                    yield from self._variable()
                case "param":
                    yield from ((name, as_default(value)) for name, value in self._variable())
                case "variable":
                    yield from self._parameter()
                case "locals":
                    body = self._block()
                    yield from ((name.text, value) for name, value in body.members)
                case "resource" | "module":
                    yield from self._declared(piece.token)
                case _:
                    self._skip_statement()

    def _variable(self) -> Iterator[tuple[str, Json]]:
        name = self._next()
        while (piece := self._peek()) is not None and piece.kind != "line" and piece.text != "=":
            self._at += 1
        if name is not None and self._is("="):
            yield name.text, self._value(0)

    def _parameter(self) -> Iterator[tuple[str, Json]]:
        """A variable of Terraform, which is a parameter with its default."""
        label = self._next()
        if label is not None and self._is_at("{"):
            members = {name.text: value for name, value in self._block().members}
            if "default" in members:
                yield f"var.{_unquoted(label.text)}", as_default(members["default"])

    def _declared(self, place: Token) -> Iterator[tuple[str, Json]]:
        labels = []
        while (piece := self._peek()) is not None and piece.kind in {"name", "text"}:
            labels.append(piece.token)
            self._at += 1
        if self._is("="):  # Bicep: what exists already is not declared here
            if not any(label.text == "existing" for label in labels):
                yield "", self._value(0)
        elif self._peek() is not None and self._is_at("{"):
            body = self._block()
            kind, label = (*(replace(label, text=_unquoted(label.text)) for label in labels), place, place)[:2]
            if kind.text == aws.DECLARED:
                yield "", aws.declared(label, body.members)
            else:
                yield "", JsonObject(place.line, place.column, ((replace(place, text=_KIND), kind), *body.members))

    def _block(self) -> JsonObject:
        """The members of the block or object that opens here."""
        return self._object(0) if self._is_at("{") else JsonObject(1, 1, ())

    def _object(self, depth: int) -> JsonObject:
        opened = self._next()
        place = opened.token if opened is not None else Token("", "", 1, 1)
        members: list[tuple[Token, Json]] = []
        while (piece := self._next()) is not None and piece.text != "}":
            if piece.kind not in {"name", "text"}:
                continue
            name = piece.token.standing_for(_unquoted(piece.text))
            is_dynamic = name.text == "dynamic"
            while (label := self._peek()) is not None and label.kind == "text":  # of a block of Terraform
                name = replace(label.token, text=_unquoted(label.text)) if is_dynamic else name
                self._at += 1
            if self._is_at("{"):
                block = self._object(depth + 1) if depth < MAX_DEPTH else self._expression()
                members.append((name, _content(block) if is_dynamic else block))
            elif self._is(":") or self._is("="):
                members.append((name, self._member(depth + 1)))
        return JsonObject(place.line, place.column, _together(members))

    def _member(self, depth: int) -> Json:
        """The value of a member; a number with commas between its thousands is none, and stays one text."""
        value = self._value(depth)
        while isinstance(value, Token) and self._is_at(",") and self._is_number_at(self._at + 1):
            value = value.standing_for(f"{value.text},{self._pieces[self._at + 1].text}")
            self._at += 2
        return value

    def _is_number_at(self, at: int) -> bool:
        return at < len(self._pieces) and self._pieces[at].kind == "number"

    def _value(self, depth: int) -> Json:
        while self._peek() is not None and self._is_at("\n"):
            self._at += 1
        piece = self._peek()
        if piece is None:
            return None
        if depth >= MAX_DEPTH:
            return self._expression()
        if piece.text == "if":
            self._at += 1
            if self._is_at("("):
                self._skip_brackets()
            return self._value(depth + 1)
        if piece.text == "{":
            return self._object(depth)
        if piece.text == "[":
            return self._list(depth)
        literal = piece.kind in {"text", "number", "long"} or piece.text in _WORDS
        if literal and self._ends_at(self._at + 1) and "${" not in piece.text:
            self._at += 1
            return None if piece.text == "null" else _literal(piece)
        return self._expression()

    def _list(self, depth: int) -> Json:
        begin = self._at
        self._at += 1
        items: list[Json] = []
        while (piece := self._peek()) is not None and piece.text != "]":
            if piece.kind == "line" or piece.text == ",":
                self._at += 1
            elif piece.text == "for":
                self._at = begin
                return self._loop(depth)
            else:
                items.append(self._value(depth + 1))
        self._at += 1
        return items if self._ends_at(self._at) else self._expression_from(begin)

    def _loop(self, depth: int) -> Json:
        """The body of a Bicep loop, once; of any other loop its text."""
        begin = self._at
        self._at += 1
        while (piece := self._peek()) is not None and piece.text not in {":", "]"} and piece.kind != "line":
            if piece.text in _OPEN:
                self._skip_brackets()
            else:
                self._at += 1
        if not self._is(":"):
            return self._expression_from(begin)
        value = self._value(depth + 1)
        while self._peek() is not None and not self._is("]"):
            self._at += 1
        return [value]

    def _expression_from(self, begin: int) -> Token:
        self._at = begin
        return self._expression()

    def _expression(self) -> Token:
        """What is worked out when it is deployed, to the end of the line or of what it stands in."""
        begin = self._at
        while self._peek() is not None and not self._ends_at(self._at):
            if self._pieces[self._at].text in _OPEN:
                self._skip_brackets()
            else:
                self._at += 1
        pieces = self._pieces[begin : max(self._at, begin + 1)]
        self._at = max(self._at, begin + 1)
        words = "".join(piece.text for piece in pieces if piece.kind != "line")
        return OpenToken(*astuple(pieces[0].token.standing_for(words)))

    def _skip_brackets(self) -> None:
        depth = 0
        while (piece := self._next()) is not None:
            depth += (piece.text in _OPEN) - (piece.text in _CLOSE)
            if not depth:
                return

    def _skip_statement(self) -> None:
        while (piece := self._peek()) is not None and piece.kind != "line":
            if piece.text in _OPEN:
                self._skip_brackets()
            else:
                self._at += 1

    def _ends_at(self, at: int) -> bool:
        return (
            at >= len(self._pieces) or self._pieces[at].kind == "line" or self._pieces[at].text in {",", "}", "]", ")"}
        )

    def _peek(self) -> _Piece | None:
        return self._pieces[self._at] if self._at < len(self._pieces) else None

    def _next(self) -> _Piece | None:
        piece = self._peek()
        self._at += 1
        return piece

    def _is_at(self, text: str) -> bool:
        piece = self._peek()
        return piece is not None and piece.text == text and piece.kind != "text"

    def _is(self, text: str) -> bool:
        """Whether this token is next; it is then consumed."""
        is_there = self._is_at(text)
        self._at += is_there
        return is_there


def _content(block: Json) -> Json:
    """The content of each block that a dynamic block of Terraform creates."""
    members = block.members if isinstance(block, JsonObject) else ()
    return next((value for name, value in members if name.text == "content"), block)


def _literal(piece: _Piece) -> Token:
    text = _unquoted(piece.text)
    return piece.token if text == piece.text else replace(piece.token.standing_for(text), quoted=True)


def _unquoted(text: str) -> str:
    """A string without quotes and escapes."""
    for quote in ("'''", '"', "'"):
        if text.startswith(quote) and text.endswith(quote) and len(text) >= 2 * len(quote):
            inner = text[len(quote) : -len(quote)]
            return inner if len(quote) > 1 else re.sub(r"\\(.)", r"\1", inner)
    return text


def _together(members: list[tuple[Token, Json]]) -> tuple[tuple[Token, Json], ...]:
    """Members with blocks of the same name joined to a list."""
    by_name: dict[str, list[tuple[Token, Json]]] = {}
    for name, value in members:
        by_name.setdefault(name.text, []).append((name, value))
    return tuple(
        (group[0][0], group[0][1] if len(group) == 1 else [value for _, value in group]) for group in by_name.values()
    )


class _Names:
    """Names and their values; the number of substitutions is limited."""

    def __init__(self, known: Mapping[str, Json]) -> None:
        self._known = known
        self._left = MAX_VALUES

    def resolved(self, value: Json, depth: int, hops: int = 0) -> Json:
        """A value with what the names in it stand for, where that is literal."""
        self._left -= 1
        if depth <= 0 or self._left < 0:
            return value
        if isinstance(value, list):
            return [self.resolved(part, depth - 1, hops) for part in value]
        if isinstance(value, JsonObject):
            members = tuple((name, self.resolved(part, depth - 1, hops)) for name, part in value.members)
            return JsonObject(value.line, value.column, members)
        if not isinstance(value, OpenToken) or hops >= _MAX_HOPS or (name := _NAME.fullmatch(value.text)) is None:
            return value
        meant = self._meant(name[1].split("."), value)
        return value if meant is value else self.resolved(meant, depth - 1, hops + 1)

    def _meant(self, parts: list[str], value: Token) -> Json:
        first, *rest = parts
        if first == "var" and rest:
            first, rest = f"var.{rest[0]}", rest[1:]
        meant = self._known.get(first, value)
        for part in rest:
            members = {key.text: member for key, member in meant.members} if isinstance(meant, JsonObject) else {}
            meant = members.get(part, value)
        return meant


_TERRAFORM = {
    "ipsec_policy": "ipsecPolicies",
    "ike_encryption": "ikeEncryption",
    "ike_encryption_algorithm": "ikeEncryption",
    "ike_integrity": "ikeIntegrity",
    "ike_integrity_algorithm": "ikeIntegrity",
    "ipsec_encryption": "ipsecEncryption",
    "encryption_algorithm": "ipsecEncryption",
    "ipsec_integrity": "ipsecIntegrity",
    "integrity_algorithm": "ipsecIntegrity",
    "dh_group": "dhGroup",
    "pfs_group": "pfsGroup",
    "sa_lifetime": "saLifeTimeSeconds",
    "sa_lifetime_sec": "saLifeTimeSeconds",
    "sa_lifetime_in_seconds": "saLifeTimeSeconds",
    "sa_datasize": "saDataSizeKilobytes",
    "sa_data_size_kb": "saDataSizeKilobytes",
    "sa_data_size_in_kilobytes": "saDataSizeKilobytes",
    "shared_key": "sharedKey",
    "connection_protocol": "connectionProtocol",
    "protocol": "connectionProtocol",
    "connection_mode": "connectionMode",
    "traffic_selector_policy": "trafficSelectorPolicies",
    "local_address_cidrs": "localAddressRanges",
    "local_address_ranges": "localAddressRanges",
    "remote_address_cidrs": "remoteAddressRanges",
    "remote_address_ranges": "remoteAddressRanges",
    "virtual_network_gateway_id": "virtualNetworkGateway1",
    "local_network_gateway_id": "localNetworkGateway2",
    "peer_virtual_network_gateway_id": "virtualNetworkGateway2",
    "resource_group_name": "resourceGroupName",
}
"""Arguments of the provider azurerm and the members of Azure's JSON that they set."""

_LISTS = frozenset({"ipsecPolicies", "trafficSelectorPolicies", "vpnClientIpsecPolicies"})
_OF_A_CONNECTION = "azurerm_virtual_network_gateway_connection"
_OF_CLIENTS = "vpn_client_configuration"


def _named(value: Json, around: str = "") -> Json:
    """A Terraform resource with Azure's names; a Bicep one unchanged."""
    if isinstance(value, list):
        return [_named(part, around) for part in value]
    if not isinstance(value, JsonObject):
        return value
    members: list[tuple[Token, Json]] = []
    kinds = [member.text for name, member in value.members if name.text == _KIND and isinstance(member, Token)]
    for name, member in value.members:
        if name.text == _KIND:
            continue
        new = _TERRAFORM.get(name.text, name.text)
        if new == "ipsecPolicies" and around == _OF_CLIENTS:
            new = "vpnClientIpsecPolicies"
        if name.text == "type" and kinds == [_OF_A_CONNECTION]:
            new = "connectionType"
        inner = _named(member, name.text)
        is_one = new in _LISTS and isinstance(inner, JsonObject)
        members.append((name.standing_for(new), [inner] if is_one else inner))
    return JsonObject(value.line, value.column, tuple(members))
