"""ipsec.conf of strongSwan and of libreswan: a peer for each connection that is not only a base of others.

Sections and defaults are those of ipsec.conf(5) of strongSwan 5.9 (stroke) and of libreswan 4.10. The dialects are told
apart by keys that only one of them has; without any, the file is read as strongSwan's, and the behaviour as a responder
is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from ipseclint.formats.kit import read
from ipseclint.formats.kit.diagnostics import Diagnostics, of_source, quoted
from ipseclint.formats.kit.templates import without_statements
from ipseclint.formats.kit.token import OpenToken, Token
from ipseclint.formats.kit.x509 import certificate_issuer
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.peers import libreswan
from ipseclint.formats.peers.amounts import LIBRESWAN, STRONGSWAN, kilobytes, seconds
from ipseclint.formats.peers.included import Files
from ipseclint.formats.peers.ipsec_conf_sections import Part, Section, files_of, sections_of
from ipseclint.formats.peers.ipsec_dialect import dialect_of
from ipseclint.formats.peers.ipsec_secrets import keys_beside
from ipseclint.formats.peers.own_certificates import with_certificates
from ipseclint.formats.peers.protocols import ANY, Traffic, joined, traffic_of
from ipseclint.formats.peers.shell import BEFORE_PRINTED, is_program, written
from ipseclint.formats.peers.strongswan import offers
from ipseclint.formats.peers.words import (
    MODES,
    MODES_OF_STRONGSWAN,
    NO,
    is_eap,
    is_yes,
    name_of,
    no_address,
    note_no_address,
    signature_hashes,
    typed_identity,
    with_short_hashes,
    written_identity,
)
from ipseclint.late import late
from ipseclint.model.peer import Credential, Narrowing, Offer, Peer, of_any_key, without_defaults
from ipseclint.model.policy import Policy, RuleMode
from ipseclint.model.selectors import Address, Addresses, parse_address
from ipseclint.model.setting import LEFT_OUT, Setting, Unknown, default
from ipseclint.source import Source, Span
from ipseclint.vocabulary.algorithms import Encapsulation, KeyModule
from ipseclint.vocabulary.authentication import AuthMethod, CertificateSigning

MAX_METHODS = 64
"""How many ways to authenticate one key may list (reasoned: ipsec.conf(5) has a dozen)."""
MAX_ALSO = 64
"""Reasoned: how many sections one may take over, also through others."""

_SIGN = late(rf"\n{BEFORE_PRINTED}conn(?:[ \t]+\S+|[ \t]*(?=\r?(?:\n|\Z)))")
_KEYS = late(rf"\n{BEFORE_PRINTED}[ \t]*+(?:left|right|ike|esp|keyexchange|ikev2|authby|auto|type|also)\w*[ \t]*=")

_IKEV1, _IKEV2 = frozenset({KeyModule.IKEV1}), frozenset({KeyModule.IKEV2})
_KEY_MODULES = {"ike": _IKEV1 | _IKEV2, "ikev1": _IKEV1, "ikev2": _IKEV2}
_KEY_MODULES_OF_LIBRESWAN = {
    **dict.fromkeys(("yes", "insist", "propose", "1", "true", "ikev2"), _IKEV2),
    **dict.fromkeys(("no", "never", "permit", "0", "false", "ikev1"), _IKEV1),
}

_AGGRESSIVE = ("aggressive", "aggrmode")
_SHORT_HASHES = ("sha2-truncbug", "sha2_truncbug", "sha256-96", "sha256_96")
_XAUTH_SIDES = ("leftxauthserver", "rightxauthserver", "leftxauthclient", "rightxauthclient")
_EAP_ALONE = "eaponly"
"""How libreswan says that an end proves itself by EAP alone, by the method of `leftautheap`."""
_OF_KEYS = frozenset({"secret", "psk"})
"""What `authby` may list beside certificates (ipsec.conf(5) of libreswan)."""
_XAUTH_AND_FIRST = {"xauthpsk": "psk", "xauthrsasig": "rsasig"}
"""The words of `authby` for XAUTH behind another authentication, with that one (ipsec.conf(5) of strongSwan)."""
_SHORT = {"0/0": "0.0.0.0/0"}
"""A network as libreswan may have it (ipsec_ttosubnet(3)); strongSwan refuses it."""
_IDENTITIES = ("left", "right", "leftid", "rightid")


def recognise(source: Source) -> bool:
    """Whether it, or a file that it includes, has connection sections with keys of ipsec.conf."""
    return any(map(_is_one, source.all))


def _is_one(source: Source) -> bool:
    text = source.head_lines
    return _SIGN.search(text) is not None and _KEYS.search(text) is not None and not is_program(text)


@of_source
def parse(source: Source) -> Parsed:
    """The connections of a configuration, with its included files."""
    return _parse(Files(source.members), source.read_text(), Diagnostics(source.path))


def _parse(files: Files, text: str, diagnostics: Diagnostics) -> Parsed:
    shown = written(without_statements(text, diagnostics), diagnostics.path, recognise)
    shown.tell_left_out(diagnostics)
    parts = files_of(sections_of(shown, files, diagnostics))
    for section in (section for part in parts for section in part.connections.values()):
        for key in section.replaced:
            diagnostics.not_read(f"{key} of which a later line says something else")
    peers = tuple(peer for part in parts for peer in _peers(part, files, diagnostics))
    return diagnostics.parsed(Policy(peers=peers, peer_keys=keys_beside(text, diagnostics)))


def _peers(part: Part, files: Files, diagnostics: Diagnostics) -> Iterator[Peer]:
    sections = [*part.connections.values(), *([] if part.setup is None else [part.setup])]
    return _Reader(part.connections, dialect_of([section.values for section in sections]), files, diagnostics).peers()


class _Reader:
    """Makes peers of sections, in the words of one dialect."""

    def __init__(
        self, connections: Mapping[str, Section], dialect: str, files: Files, diagnostics: Diagnostics
    ) -> None:
        self._connections = connections
        self._dialect = dialect
        self._files = files
        self._diagnostics = diagnostics

    def peers(self) -> Iterator[Peer]:
        """A peer for each connection that is not only a base of others."""
        bases = {token.text for connection in self._connections.values() for token in connection.also}
        for name, connection in self._connections.items():
            if name == "%default" or (name in bases and "auto" not in connection.values):
                continue
            sections = self._sections(connection)
            values = {key: value for section in reversed(sections) for key, value in section.values.items()}
            if values.get("type") is not None and values["type"].word in {"passthrough", "pass", "drop", "reject"}:
                continue
            if (auto := values.get("auto")) is not None and auto.word == "ignore":
                if name not in bases:
                    self._diagnostics.not_understood(f"connection {quoted(name)} is not loaded: auto=ignore", auto.span)
                continue
            peer = self._peer(connection.name, values)
            yield _without_defaults(peer, values) if any(section.is_cut for section in sections) else peer

    def _sections(self, connection: Section) -> list[Section]:
        """A connection, the sections that it takes over, and the defaults: what is first takes precedence."""
        sections: dict[str, Section] = {}
        waiting = [connection]
        while waiting and len(sections) < MAX_ALSO:
            current = waiting.pop(0)
            if current.name.text in sections:
                continue
            sections[current.name.text] = current
            for token in current.also:
                other = self._connections.get(token.text)
                if other is None:
                    self._diagnostics.not_understood(f"{quoted(token.text)} is not a section of this input", token.span)
                else:
                    waiting.append(other)
        standard = self._connections.get("%default")
        return [*sections.values(), *(() if standard is None else (standard,))]

    def _peer(self, name: Token, values: Mapping[str, Token]) -> Peer:
        modules = self._key_modules(values, name)
        main, quick = self._offers(values, modules, name)
        for key in _SHORT_HASHES:
            if (said := values.get(key)) is not None and is_yes(said, key, self._diagnostics):
                quick = with_short_hashes(quick, said.standing_for(key), self._diagnostics)
        libre = self._dialect == "libreswan"
        own, accepted = self._credentials(values, name)
        if (said := values.get("ppk")) is not None and said.word == "insist":
            self._diagnostics.not_understood("postquantum preshared keys (`ppk=insist`) are not compared", said.span)
            own = tuple(credential.model_copy(update={"method": None}) for credential in own)
        if (said := values.get("enable-tcp")) is not None and said.word not in NO:
            self._diagnostics.not_understood("IKE over TCP (`enable-tcp`) is not compared", said.span)
            modules = Setting(Unknown(said.text), said.span)
        traffic = joined(self._traffic(values, "left") or ANY, self._traffic(values, "right") or ANY)
        protocol, left_ports, right_ports = (None, (), ()) if traffic is None else traffic
        renews = is_yes(values.get("rekey"), "rekey", self._diagnostics) is not False
        # With `rekey=no` strongSwan's starter hands no lifetimes over, and nothing expires; libreswan's do.
        expires = renews or libre
        units = LIBRESWAN if libre else STRONGSWAN
        usual = 8 * 3600 if libre else 3 * 3600
        main_seconds = seconds(values.get("ikelifetime"), usual, name, self._diagnostics, units)
        life = (
            values.get("salifetime") or values.get("ipsec-lifetime") or values.get("lifetime") or values.get("keylife")
        )
        quick_seconds = seconds(life, 8 * 3600 if libre else 3600, name, self._diagnostics, units)
        narrows = is_yes(values.get("narrowing"), "narrowing", self._diagnostics)
        left, right = self._host(values.get("left")), self._host(values.get("right"))
        identity_of = written_identity if libre else typed_identity
        return Peer(
            name=name.text,
            span=name.span,
            implementation=self._dialect,
            answers_on=left,
            looks_for=right,
            is_either_side=bool(left and right),
            key_modules=modules,
            is_aggressive=any(is_yes(values.get(key), key, self._diagnostics) for key in _AGGRESSIVE),
            narrowing=Narrowing.NARROWS if narrows else None,
            main_mode=main,
            main_mode_seconds=main_seconds if expires else None,
            quick_mode=quick,
            quick_mode_seconds=quick_seconds if expires else None,
            quick_mode_kilobytes=kilobytes(values.get("lifebytes") or values.get("ipsec-max-bytes"), self._diagnostics),
            renews=renews,
            mode=self._mode(values.get("type"), name),
            local=self._side(values, "left", name),
            remote=self._side(values, "right", name),
            protocol=protocol,
            local_ports=left_ports,
            remote_ports=right_ports,
            own=own,
            accepted=accepted if libre else of_any_key(accepted),
            second=tuple(self._second(values)),
            identity=_identity(values.get("leftid"), identity_of, left, own, name),
            expected_identity=_identity(values.get("rightid"), identity_of, right, accepted, name),
            identities=tuple(name_of(token) for key in _IDENTITIES if (token := values.get(key)) is not None),
        )

    def _key_modules(self, values: Mapping[str, Token], name: Token) -> Setting[frozenset[KeyModule]]:
        if self._dialect == "libreswan":
            token = values.get("ikev2") or values.get("keyexchange")
            if token is None or token.word == "ike":
                return default(_IKEV2, name.span)
            return read.word(token, _KEY_MODULES_OF_LIBRESWAN, "key exchange", self._diagnostics)
        token = values.get("keyexchange")
        if token is None:
            return default(_KEY_MODULES["ike"], name.span)
        return read.word(token, _KEY_MODULES, "key exchange", self._diagnostics)

    def _offers(
        self, values: Mapping[str, Token], modules: Setting[frozenset[KeyModule]], name: Token
    ) -> tuple[tuple[Offer, ...], tuple[Offer, ...]]:
        uses_ah = "ah" in values or ((phase := values.get("phase2")) is not None and phase.word == "ah")
        encapsulation = Encapsulation.AH if uses_ah else Encapsulation.ESP
        token = values.get("ah" if "ah" in values else "esp") or values.get("phase2alg")
        if self._dialect == "libreswan":
            ikev2 = KeyModule.IKEV2 in (modules.known or ())
            pfs = self._pfs(values.get("pfs"))
            numbers = self._numbers(values.get("esn"))
            return (
                libreswan.main_mode(values.get("ike"), name, self._diagnostics, ikev2=ikev2),
                libreswan.quick_mode(
                    token,
                    encapsulation,
                    name,
                    self._diagnostics,
                    ikev2=ikev2,
                    pfs=pfs,
                    numbers=numbers,
                ),
            )
        return self._strongswan(values.get("ike"), None, name), self._strongswan(token, encapsulation, name)

    def _pfs(self, token: Token | None) -> bool | None:
        """Whether libreswan asks for PFS, which is its default; None for an unknown word."""
        return True if token is None else is_yes(token, "pfs", self._diagnostics)

    def _numbers(self, token: Token | None) -> tuple[bool, ...]:
        """Whether sequence numbers are extended: `either`, the default of libreswan, offers both."""
        is_extended = None if token is None or token.word == "either" else is_yes(token, "esn", self._diagnostics)
        return (True, False) if is_extended is None else (is_extended,)

    def _strongswan(self, token: Token | None, encapsulation: Encapsulation | None, name: Token) -> tuple[Offer, ...]:
        """The written proposals, followed by strongSwan's own unless an exclamation mark ends the list.

        If the daemon is unknown, its own are added as not understood: libreswan appends none.
        """
        if token is None:
            return offers(None, encapsulation, self._diagnostics, name)
        if token.text.endswith("!"):
            return offers(token.part(0, len(token.text) - 1), encapsulation, self._diagnostics, name)
        written = offers(token, encapsulation, self._diagnostics, name)
        own = offers(None, encapsulation, self._diagnostics, token)
        if self._dialect == "unknown":
            own = tuple(offer.model_copy(update={"is_understood": False}) for offer in own)
        return (*written, *own)

    def _mode(self, token: Token | None, name: Token) -> Setting[RuleMode]:
        if token is None:
            return default(RuleMode.TUNNEL, name.span)
        known = MODES if self._dialect == "libreswan" else MODES_OF_STRONGSWAN
        return read.word(token, known, "type", self._diagnostics)

    def _host(self, token: Token | None) -> Addresses:
        address = parse_address(token.text) if token is not None else None
        if token is not None:
            note_no_address(token, self._diagnostics)
        return (address,) if address is not None and address.version and address.first == address.last else ()

    def _side(self, values: Mapping[str, Token], side: str, name: Token) -> Setting[Addresses] | None:
        """The subnets of a side; by default the host itself."""
        token = values.get(f"{side}subnet") or values.get(f"{side}subnets")
        ports = values.get(f"{side}protoport")
        if self._traffic(values, side) is None and ports is not None:
            self._diagnostics.not_understood(f"protocol and port {quoted(ports.text)} are not read", ports.span)
            return Setting(Unknown(ports.text), ports.span)
        is_given = token is None and values.get(f"{side}sourceip") is not None
        if is_given or values.get(f"{side}addresspool") is not None:
            return None
        if (label := values.get("policy-label") or values.get("sec-label")) is not None:
            self._diagnostics.not_understood(f"the label {quoted(label.text)} is not compared", label.span)
            return Setting(Unknown(label.text), label.span)
        if token is None:
            host = values.get(side)
            return Setting(self._host(host), name.span if host is None else host.span)
        addresses: list[Address] = []
        is_whole = isinstance(token, OpenToken) or token.text.startswith("<")
        listed = token.text.strip()
        if listed.startswith("{"):
            listed = listed.strip("{}")
        for part in [token] if is_whole else map(token.standing_for, re.split(r"[\s,]+", listed)):
            word = part.text
            if word.startswith(("vhost:", "vnet:", "%")):
                return None
            if self._dialect != "strongswan":
                word = _SHORT.get(word, word)
            address = parse_address(word) if word else None
            if word and address is None:
                self._diagnostics.not_understood(no_address(part), token.span)
                return Setting(Unknown(token.text), token.span)
            if address is not None:
                addresses.append(address)
        return Setting(tuple(addresses), token.span)

    def _traffic(self, values: Mapping[str, Token], side: str) -> Traffic | None:
        """The protocol and port of a side; None if not understood."""
        token = values.get(f"{side}protoport")
        return ANY if token is None else traffic_of(token.text)

    def _credentials(
        self, values: Mapping[str, Token], name: Token
    ) -> tuple[tuple[Credential, ...], tuple[Credential, ...]]:
        both = values.get("authby")
        sides = []
        for side in ("left", "right"):
            token = values.get(f"{side}auth") or both
            certificates = self._files.certificates(values.get(f"{side}cert"), self._diagnostics.path)
            authorities = _authorities(values.get(f"{side}ca"), certificates)
            words = self._words(token, name)
            written = (self._credential(word, place, authorities) for word, place in words if word != "never")
            sides.append(tuple(with_certificates(each, certificates) for each in written))
        return sides[0], sides[1]

    def _second(self, values: Mapping[str, Token]) -> Iterator[Credential]:
        """The credentials of a second authentication round."""
        asks = ((values.get(key), key) for key in _XAUTH_SIDES)
        if (said := next((said for said, key in asks if is_yes(said, key, self._diagnostics)), None)) is not None:
            yield Credential(span=said.span, method=AuthMethod.XAUTH)
        if (both := values.get("authby")) is not None and both.word in _XAUTH_AND_FIRST:
            yield Credential(span=both.span, method=AuthMethod.XAUTH)
        for side in ("left", "right"):
            if (token := values.get(f"{side}auth2")) is not None:
                yield from (self._credential(word, place, ()) for word, place in self._words(token, token))

    def _words(self, token: Token | None, name: Token) -> Iterator[tuple[str, Span]]:
        if token is None:
            yield "pubkey" if self._dialect != "libreswan" else "rsasig,ecdsa", name.span
            return
        parts = re.split(r"[|]", token.word)
        has_keys = not _OF_KEYS.isdisjoint(token.word.split(","))
        if has_keys or signature_hashes(token.word.replace(",", "-")):  # each part of a list has hashes of its own
            parts = [part for alternative in parts for part in alternative.split(",")]
        if parts == ["any"] and self._dialect != "libreswan":
            parts = ["pubkey", "eap", "psk"]
        if len(parts) > MAX_METHODS:
            message = f"more than {MAX_METHODS} ways to authenticate: the rest was not read"
            self._diagnostics.refused(message, token.span)
        for word in parts[:MAX_METHODS]:
            yield word, token.span

    def _credential(self, word: str, span: Span, authorities: tuple[str, ...]) -> Credential:
        word = _XAUTH_AND_FIRST.get(word, word)
        if word in {"psk", "secret"}:
            return Credential(span=span, method=AuthMethod.PRESHARED_KEY, is_secret_known=False)
        if is_eap(word) or word == _EAP_ALONE:
            return Credential(span=span, method=AuthMethod.EAP)
        if word.startswith("xauth"):
            return Credential(span=span, method=AuthMethod.XAUTH)
        if word == "null":
            return Credential(span=span, method=AuthMethod.NULL)
        known: frozenset[CertificateSigning] | None = None
        kinds = {part.split("-")[0] for part in word.split(",")}
        if kinds & {"pubkey", "any"} or kinds >= {"rsasig", "ecdsa"}:
            known = frozenset()
        elif kinds <= {"rsa", "rsasig"}:
            known = frozenset({CertificateSigning.RSA})
        elif kinds <= {"ecdsa", "ecdsasig"}:
            known = frozenset({CertificateSigning.ECDSA_P256, CertificateSigning.ECDSA_P384})
        if known is None:
            self._diagnostics.not_understood(f"unknown authentication {quoted(word)}", span)
            return Credential(span=span, method=None)
        return Credential(
            span=span,
            method=AuthMethod.COMPUTER_CERTIFICATE,
            signings=known,
            hashes=signature_hashes(word),
            authorities=authorities,
        )


def _without_defaults(peer: Peer, values: Mapping[str, Token]) -> Peer:
    """The peer of a section that an excerpt cuts short; the subnets of a side may be among what is left out."""
    sides = {"local": "left", "remote": "right"}
    open_sides = [field for field, side in sides.items() if not {f"{side}subnet", f"{side}subnets"} & values.keys()]
    not_known: Setting[Addresses] = Setting(LEFT_OUT, peer.span)
    return without_defaults(peer, {peer.span}).model_copy(update=dict.fromkeys(open_sides, not_known))


def _authorities(authority: Token | None, certificates: Iterable[bytes | None]) -> tuple[str, ...]:
    """The authority that a side names, else the issuers of its certificates, if their files are in the input."""
    if authority is not None and "=" in authority.text:
        return (authority.text,)
    issuers = (certificate_issuer(certificate) for certificate in certificates if certificate is not None)
    return tuple(issuer for issuer in issuers if issuer is not None)


def _identity(
    token: Token | None,
    identity_of: Callable[[Token], Setting[str] | None],
    address: Addresses,
    credentials: Iterable[Credential],
    name: Token,
) -> Setting[str] | None:
    """The identity as written; else the address of a side that has only a preshared key, as ipsec.conf(5) says."""
    if token is not None:  # behind a percent sign stands a name that is looked for in the certificate alone
        return None if token.text.startswith("%") else identity_of(token)
    has_key_only = all(credential.method is AuthMethod.PRESHARED_KEY for credential in credentials)
    return default(str(address[0]), name.span) if address and has_key_only else None


FORMATS = (
    Format(
        name="ipsec-conf",
        title="ipsec.conf of strongSwan or libreswan",
        recognise=recognise,
        parse=parse,
        how_to_export="the file /etc/ipsec.conf, or one of /etc/ipsec.d",
        can_express="what such a peer offers: versions, proposals, authentication, selectors, lifetimes, PFS",
        cannot_express="preshared keys, which stand in ipsec.secrets (a shell script may write both); Windows policy",
    ),
)
