"""The description of a peer: TOML with `[peer]`, written by hand or by `ipseclint negotiate --write-peer`.

Only `[peer]` and one list of proposals are required. A proposal has one value for each attribute; a list is in order of
preference. For anything left out, `negotiate` says that the result depends on the peer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar

from ipseclint.formats.kit.diagnostics import Diagnostics, of_text, quoted
from ipseclint.formats.kit.read import key_of
from ipseclint.formats.kit.token import Token
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.peers.protocols import ANY, joined, traffic_of
from ipseclint.formats.peers.shipped import default_source
from ipseclint.formats.peers.words import (
    GROUP_NAMES,
    MODES,
    Parts,
    signature_hashes,
    typed_identity,
    written_identity,
)
from ipseclint.late import late
from ipseclint.model.peer import UNKNOWN_GROUP, Credential, Narrowing, Offer, Order, Peer, of_any_key
from ipseclint.model.policy import Policy
from ipseclint.model.selectors import Address, Addresses, Ports, parse_address
from ipseclint.model.setting import Setting, Unknown
from ipseclint.model.site import SitePeer
from ipseclint.source import Source, Span, lines_of_text
from ipseclint.toml_documents import toml_document
from ipseclint.vocabulary.algorithms import Encapsulation, KeyModule
from ipseclint.vocabulary.authentication import AuthMethod, CertificateSigning

T = TypeVar("T")

SITE = "[[site.peer]]"
"""Where a peer stands that the site's facts describe."""

_TABLE = late(r"^[ \t]*+\[[ \t]*+peer[ \t]*+(?:\.[ \t]*+\w++[ \t]*+)?\]", re.MULTILINE)
_HEAD = late(r"^\s*+\[\[?+([\w.\s-]++)\]\]?+\s*+(?:#.*+)?$")
_KEY = late(r"^(\s*)([\w-]+)\s*=")
_TIME = late(r"^([0-9]{1,19})\s*(s|m|min|h|d)?$")
_VOLUME = late(r"^([0-9]{1,19})\s*(kb|mb|gb)?$", re.IGNORECASE)
_SECONDS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400, None: 1}
_KILOBYTES = {"kb": 1, "mb": 1024, "gb": 1024 * 1024, None: 1}

_MODULES = {module.casefold(): module for module in KeyModule}
_RSA, _P256, _P384 = CertificateSigning.RSA, CertificateSigning.ECDSA_P256, CertificateSigning.ECDSA_P384
_METHODS: Mapping[str, tuple[AuthMethod, frozenset[CertificateSigning]]] = {
    "psk": (AuthMethod.PRESHARED_KEY, frozenset()),
    "certificate": (AuthMethod.COMPUTER_CERTIFICATE, frozenset()),
    "rsa": (AuthMethod.COMPUTER_CERTIFICATE, frozenset({_RSA})),
    "ecdsa": (AuthMethod.COMPUTER_CERTIFICATE, frozenset({_P256, _P384})),
    "ecdsa256": (AuthMethod.COMPUTER_CERTIFICATE, frozenset({_P256})),
    "ecdsa384": (AuthMethod.COMPUTER_CERTIFICATE, frozenset({_P384})),
    "kerberos": (AuthMethod.COMPUTER_KERBEROS, frozenset()),
    "ntlm": (AuthMethod.COMPUTER_NTLM, frozenset()),
    **{method.value: (method, frozenset()) for method in AuthMethod},
}
_CLIENT, _SERVER = "client", "server"
_KNOWN = {
    "peer": {"name", "implementation", "role", "answers_on", "keying", "aggressive", "prefers", "strict"}
    | {"source", "as_of"},
    "peer.main_mode": {"proposals", "lifetime"},
    "peer.quick_mode": {"proposals", "pfs", "lifetime", "volume", "mode", "local", "remote"}
    | {"local_protoport", "remote_protoport"},
    "peer.auth": {"methods", "accepts", "second", "psk", "preshared_key", "authorities", "identity", "expects"},
}
_ENCAPSULATIONS = {"esp": Encapsulation.ESP, "ah": Encapsulation.AH}


def recognise(source: Source) -> bool:
    """Whether a line opens a `[peer]` table."""
    return _TABLE.search(source.head_text) is not None


@of_text
def parse(text: str, diagnostics: Diagnostics) -> Parsed:
    """The peer that a document describes."""
    try:
        document = toml_document(text)
    except ValueError as error:
        diagnostics.malformed(f"the description of a peer is not TOML: {error}", diagnostics.place(1, 1))
        return Parsed(problems=diagnostics.listed())
    reader = _Reader(document, _places(text, diagnostics.path), diagnostics)
    peer = reader.peer()
    policy = Policy(peers=(peer,)) if peer is not None else Policy()
    return diagnostics.parsed(policy)


def shipped_peer(name: str) -> Peer | None:
    """The peer of a shipped description, with places in it; None if there is none with this name."""
    source = default_source(name)
    return None if source is None else parse(source).policy.peers[0]


def peer_of_site(said: SitePeer) -> Peer | None:
    """The peer in the site's facts, completed by a shipped description."""
    shipped = None if said.like is None else default_source(said.like)
    document: dict[str, Any] = {} if shipped is None else toml_document(shipped.read_text())["peer"]
    own = {
        ("", "name"): said.name,
        ("", "implementation"): said.implementation,
        ("", "answers_on"): list(said.answers_on) or None,
        ("", "keying"): said.keying,
        ("main_mode", "proposals"): said.main_mode,
        ("main_mode", "lifetime"): said.main_mode_lifetime,
        ("quick_mode", "proposals"): said.quick_mode,
        ("quick_mode", "lifetime"): said.quick_mode_lifetime,
        ("quick_mode", "volume"): said.quick_mode_volume,
        ("quick_mode", "pfs"): said.pfs,
        ("quick_mode", "mode"): said.mode,
        ("quick_mode", "local"): said.local,
        ("quick_mode", "remote"): said.remote,
        ("auth", "methods"): said.authentication,
        ("auth", "authorities"): said.authorities,
        ("auth", "identity"): said.identity,
        ("auth", "expects"): said.expects,
    }
    for (table, key), value in own.items():
        if value is not None:
            plain = list(value) if isinstance(value, tuple) else value
            (document.setdefault(table, {}) if table else document)[key] = plain
    return _Reader({"peer": document}, {}, Diagnostics(SITE)).peer()


def _places(text: str, path: str) -> dict[tuple[str, str], Span]:
    """The place of each key by its table, which tomllib does not give."""
    places: dict[tuple[str, str], Span] = {}
    table = ""
    for number, line in enumerate(lines_of_text(text), start=1):
        head = _HEAD.match(line)
        if head is not None:
            table = "".join(head[1].split())
            places.setdefault((table, ""), Span(path, number, 1, len(line.rstrip()) or 1))
        elif (key := _KEY.match(line)) is not None:
            places.setdefault((table, key[2]), Span(path, number, len(key[1]) + 1, len(line.strip())))
    return places


class _Reader:
    """Reads the tables of one document; each fault is a problem with its place."""

    def __init__(
        self, document: Mapping[str, Any], places: Mapping[tuple[str, str], Span], diagnostics: Diagnostics
    ) -> None:
        self._document = document
        self._places = places
        self._diagnostics = diagnostics

    def peer(self) -> Peer | None:
        """The peer; None if there is no table of one."""
        head = self._document.get("peer")
        if not isinstance(head, dict):
            self._diagnostics.malformed("`peer` is not a table", self._place("peer"))
            return None
        self._refuse_unknown(head)
        strict = head.get("strict", {})
        strict = strict if isinstance(strict, dict) else {}
        main, quick = self._sub(head, "main_mode"), self._sub(head, "quick_mode")
        pfs = self._groups(quick)
        own = self._credentials(head, "methods")
        accepted = self._credentials(head, "accepts")
        protocol, local_ports, remote_ports = self._traffic(quick)
        role = self._word("peer", head, "role", {each: each for each in (_CLIENT, _SERVER)})
        return Peer(
            name=str(head.get("name", "peer")),
            span=self._place("peer"),
            implementation=str(head.get("implementation", "unknown")),
            answers_on=self._addresses("peer", head, "answers_on") or (),
            key_modules=self._key_modules(head),
            is_client=role == _CLIENT,
            is_server=role == _SERVER,
            is_aggressive=head.get("aggressive") is True,
            order=self._word("peer", head, "prefers", {each.value: each for each in Order}),
            is_mode_strict=_flag(strict, "mode"),
            is_pfs_strict=_flag(strict, "pfs"),
            narrowing=self._word("peer", strict, "selectors", {each.value: each for each in Narrowing}),
            main_mode=self._offers("peer.main_mode", main, None, ()),
            main_mode_seconds=self._amount("peer.main_mode", main, "lifetime", _TIME, _SECONDS),
            quick_mode=self._offers("peer.quick_mode", quick, Encapsulation.ESP, pfs),
            quick_mode_seconds=self._amount("peer.quick_mode", quick, "lifetime", _TIME, _SECONDS),
            quick_mode_kilobytes=self._amount("peer.quick_mode", quick, "volume", _VOLUME, _KILOBYTES),
            mode=self._setting("peer.quick_mode", quick, "mode", MODES),
            local=self._side(quick, "local"),
            remote=self._side(quick, "remote"),
            protocol=protocol,
            local_ports=local_ports,
            remote_ports=remote_ports,
            own=own,
            accepted=accepted if accepted is not None or own is None else of_any_key(own),
            second=self._credentials(head, "second") or (),
            identity=self._identity(head, "identity"),
            expected_identity=self._identity(head, "expects"),
        )

    def _place(self, table: str, key: str = "") -> Span:
        return self._places.get((table, key)) or self._places.get((table, "")) or self._diagnostics.place(1, 1)

    def _refuse_unknown(self, head: Mapping[str, Any]) -> None:
        for table, known in _KNOWN.items():
            name = table.partition(".")[2]
            body = head.get(name, {}) if name else {key: value for key, value in head.items() if key not in _TABLES}
            if not isinstance(body, dict):
                self._diagnostics.malformed(f"`{table}` is not a table", self._place("peer", name))
                continue
            for key in body:
                if key not in known:
                    self._diagnostics.not_understood(f"unknown key {quoted(key)} of [{table}]", self._place(table, key))

    def _sub(self, head: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        body = head.get(name, {})
        return body if isinstance(body, dict) else {}

    def _strings(self, table: str, body: Mapping[str, Any], key: str) -> list[str] | None:
        value = body.get(key)
        if value is None:
            return None
        if isinstance(value, str):
            return [value]
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            self._diagnostics.malformed(f"`{key}` is not a list of words", self._place(table, key))
            return None
        return value

    def _word(self, table: str, body: Mapping[str, Any], key: str, words: Mapping[str, T]) -> T | None:
        value = body.get(key)
        if value is None:
            return None
        known = words.get(str(value).casefold())
        if known is None:
            self._diagnostics.not_understood(
                f"{quoted(str(value))} is not a value of `{key}`: {', '.join(words)}", self._place(table, key)
            )
        return known

    def _setting(self, table: str, body: Mapping[str, Any], key: str, words: Mapping[str, T]) -> Setting[T] | None:
        if key not in body:
            return None
        known = self._word(table, body, key, words)
        return Setting(Unknown(str(body[key])) if known is None else known, self._place(table, key))

    def _key_modules(self, head: Mapping[str, Any]) -> Setting[frozenset[KeyModule]] | None:
        words = self._strings("peer", head, "keying")
        if words is None:
            return None
        span = self._place("peer", "keying")
        known = [_MODULES.get(word.casefold()) for word in words]
        for word, module in zip(words, known, strict=True):
            if module is None:
                self._diagnostics.not_understood(f"unknown key module {quoted(word)}", span)
        if None in known:
            return Setting(Unknown(", ".join(words)), span)
        return Setting(frozenset(module for module in known if module is not None), span)

    def _addresses(self, table: str, body: Mapping[str, Any], key: str) -> Addresses | None:
        words = self._strings(table, body, key)
        if words is None:
            return None
        addresses: list[Address] = []
        for word in words:
            address = parse_address(word)
            if address is None:
                self._diagnostics.not_understood(f"{quoted(word)} is not an address", self._place(table, key))
            else:
                addresses.append(address)
        return tuple(addresses)

    def _side(self, quick: Mapping[str, Any], key: str) -> Setting[Addresses] | None:
        addresses = self._addresses("peer.quick_mode", quick, key)
        return None if addresses is None else Setting(addresses, self._place("peer.quick_mode", key))

    def _traffic(self, quick: Mapping[str, Any]) -> tuple[int | None, Ports, Ports]:
        """The protocol of the traffic, and the ports of each side."""
        sides = []
        for key in ("local_protoport", "remote_protoport"):
            words = str(quick.get(key, ""))
            side = traffic_of(words)
            if side is None:
                place = self._place("peer.quick_mode", key)
                message = f"{quoted(words)} is not a protocol with a port, such as udp/1701"
                self._diagnostics.not_understood(message, place)
            sides.append(side or ANY)
        both = joined(*sides)
        if both is None:
            place = self._place("peer.quick_mode", "remote_protoport")
            self._diagnostics.not_understood("the two sides name different protocols", place)
        return both or (None, (), ())

    def _identity(self, head: Mapping[str, Any], key: str) -> Setting[str] | None:
        value, span = self._sub(head, "auth").get(key), self._place("peer.auth", key)
        if value is None:
            return None
        if not isinstance(value, str):
            self._diagnostics.malformed(f"`{key}` is not text", span)
            return None
        token = Token(value, span.path, span.line, span.column)
        if head.get("implementation") != "strongswan":
            return written_identity(token)
        return typed_identity(token)

    def _groups(self, quick: Mapping[str, Any]) -> tuple[str, ...]:
        words = self._strings("peer.quick_mode", quick, "pfs")
        if words is None:
            return (UNKNOWN_GROUP,) if "pfs" in quick else ()
        groups: list[str] = []
        for word in words:
            parts = Parts()
            parts.take(GROUP_WORDS.get(word.casefold(), word))
            if not parts.groups:
                self._diagnostics.not_understood(
                    f"unknown Diffie-Hellman group {quoted(word)}", self._place("peer.quick_mode", "pfs")
                )
            groups += parts.groups or [UNKNOWN_GROUP]
        return tuple(groups)

    def _offers(
        self, table: str, body: Mapping[str, Any], encapsulation: Encapsulation | None, pfs: tuple[str, ...]
    ) -> tuple[Offer, ...] | None:
        words = self._strings(table, body, "proposals")
        if words is None:
            return None
        return tuple(self._offer(word, self._place(table, "proposals"), encapsulation, pfs) for word in words)

    def _offer(self, word: str, span: Span, encapsulation: Encapsulation | None, pfs: tuple[str, ...]) -> Offer:
        rest = word
        if encapsulation is not None:
            prefix, colon, behind = word.partition(":")
            known = _ENCAPSULATIONS.get(prefix.strip().casefold())
            if colon and known is not None:
                encapsulation, rest = known, behind
        parts = Parts()
        for part in rest.strip().split("-"):
            parts.take(part.strip())
        offer = parts.offer(Token(word, span.path, span.line, span.column), encapsulation)
        if not offer.is_understood:
            unknown = ", ".join(parts.unknown) or "an attribute is missing"
            self._diagnostics.not_understood(f"proposal {quoted(word)} is not understood: {unknown}", span)
        return offer if offer.groups or encapsulation is None else offer.model_copy(update={"groups": pfs})

    def _amount(
        self, table: str, body: Mapping[str, Any], key: str, form: re.Pattern[str], units: Mapping[str | None, int]
    ) -> Setting[int] | None:
        value = body.get(key)
        if value is None:
            return None
        span = self._place(table, key)
        match = form.match(str(value).strip())
        if match is None or isinstance(value, bool):
            self._diagnostics.not_understood(f"{quoted(str(value))} is no `{key}`", span)
            return Setting(Unknown(str(value)), span)
        unit = match[2].casefold() if match[2] else None
        return Setting(int(match[1]) * units[unit], span)

    def _credentials(self, head: Mapping[str, Any], key: str) -> tuple[Credential, ...] | None:
        body = self._sub(head, "auth")
        words = self._strings("peer.auth", body, key)
        if words is None:
            return None
        span = self._place("peer.auth", key)
        name = "psk" if "psk" in body else "preshared_key"
        secret = body.get(name)
        authorities = tuple(self._strings("peer.auth", body, "authorities") or ())
        credentials = []
        for word in words:
            hashes = signature_hashes(word)
            base = word.casefold().partition("-sha")[0] if hashes else word.casefold()
            method, signings = _METHODS.get(base, (None, frozenset()))
            if hashes and method is not AuthMethod.COMPUTER_CERTIFICATE:
                method = None
            if method is None:
                self._diagnostics.not_understood(f"unknown authentication method {quoted(word)}", span)
            written = secret if method is AuthMethod.PRESHARED_KEY and isinstance(secret, str) else None
            shared = None if written is None else key_of(written)
            credentials.append(
                Credential(
                    span=span,
                    method=method,
                    secret=shared,
                    is_secret_known=written is None or shared is not None,
                    signings=signings,
                    hashes=hashes,
                    authorities=authorities if method is AuthMethod.COMPUTER_CERTIFICATE else (),
                )
            )
        if isinstance(secret, str):
            self._diagnostics.secrets.append(self._place("peer.auth", name))
        return tuple(credentials)


_TABLES = frozenset({"main_mode", "quick_mode", "auth"})

GROUP_WORDS: Mapping[str, str] = {number: f"dh{number}" for number in GROUP_NAMES} | {"main-mode": "mainmode"}
"""A bare number of a group as its word, and the word for the group of main mode."""


def _flag(table: Mapping[str, Any], key: str) -> bool | None:
    value = table.get(key)
    return value if isinstance(value, bool) else None


FORMATS = (
    Format(
        name="peer",
        title="description of a peer (TOML)",
        recognise=recognise,
        parse=parse,
        how_to_export="ipseclint negotiate --write-peer POLICY, or by hand from the peer's settings",
        can_express="what an end of any make offers, and how it answers",
        cannot_express="which traffic a Windows host protects",
    ),
)
