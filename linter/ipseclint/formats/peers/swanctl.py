"""swanctl.conf of strongSwan: each child of each connection as a peer, with its secrets.

Keys and defaults are those of swanctl.conf(5) of strongSwan 5.9: any version of IKE, tunnel mode, public keys, an
IKE SA renewed after 4 hours and a child after one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ipseclint.formats.kit import read
from ipseclint.formats.kit.diagnostics import Diagnostics, of_source, quoted
from ipseclint.formats.kit.read import decimal
from ipseclint.formats.kit.templates import without_statements
from ipseclint.formats.kit.token import OpenToken, Token
from ipseclint.formats.kit.x509 import certificate_issuer, certificate_subject
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.peers.amounts import kilobytes, seconds
from ipseclint.formats.peers.included import Files
from ipseclint.formats.peers.own_certificates import with_certificates
from ipseclint.formats.peers.protocols import ANY, Traffic, joined, traffic_of
from ipseclint.formats.peers.sections import Section, sections_of
from ipseclint.formats.peers.shell import BEFORE_PRINTED, is_program, written
from ipseclint.formats.peers.strongswan import offers
from ipseclint.formats.peers.words import (
    MODES_OF_STRONGSWAN,
    daemon_key,
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
from ipseclint.model.peer import (
    Credential,
    Peer,
    PeerKey,
    have_none_for,
    key_for,
    of_any_key,
    only_key,
    without_defaults,
)
from ipseclint.model.policy import Policy, RuleMode
from ipseclint.model.selectors import Address, Addresses, parse_address
from ipseclint.model.setting import Setting, Unknown, default
from ipseclint.secrets import key_spans
from ipseclint.source import Source, Span
from ipseclint.vocabulary.algorithms import Encapsulation, KeyModule
from ipseclint.vocabulary.authentication import AuthMethod, CertificateSigning
from ipseclint.vocabulary.peer_keys import SWANCTL, SWANCTL_ROOT
from ipseclint.vocabulary.rows import names

_SIGN = late(
    rf"\n{BEFORE_PRINTED}[ \t]*+(?:connections|(?:conn|child)-defaults|authorities|secrets)"
    r"(?:[ \t]++:[^{\r\n]*+|[ \t]*+)\{(?![{%])"
)
_WORDS = late(
    rf"\n{BEFORE_PRINTED}[ \t]*+(?:esp_proposals|ah_proposals|proposals|local_ts|remote_ts|children|local_addrs"
    r"|remote_addrs|secret)\b"
)

_READ = names(
    "local_addrs remote_addrs version aggressive childless proposals rekey_time esp_proposals ah_proposals mode "
    "rekey_bytes local_ts remote_ts auth id ca_id cacerts certs secret sha256_96 round ppk_required"
)
"""The keys that are read, in whatever section."""

_NO_FILES = Files()
_IKE_SECONDS, _CHILD_SECONDS = 4 * 3600, 3600
_VERSIONS = {
    "0": frozenset({KeyModule.IKEV1, KeyModule.IKEV2}),
    "1": frozenset({KeyModule.IKEV1}),
    "2": frozenset({KeyModule.IKEV2}),
}


def recognise(source: Source) -> bool:
    """Whether it, with its included files, has sections that only swanctl.conf has, and their keys."""
    texts = [each.head_lines for each in source.all]
    if not any(map(_SIGN.search, texts)):
        return False
    texts = [text for text in texts if not is_program(text)]
    return any(map(_SIGN.search, texts)) and any(map(_WORDS.search, texts))


@of_source
def parse(source: Source) -> Parsed:
    """The connections of a configuration, with its included files."""
    return _parse(Files(source.members), source.read_text(), Diagnostics(source.path))


def _parse(files: Files, text: str, diagnostics: Diagnostics) -> Parsed:
    diagnostics.secrets += key_spans(text, diagnostics.path)
    shown = written(without_statements(text, diagnostics), diagnostics.path, recognise)
    shown.tell_left_out(diagnostics)
    root = sections_of(shown, files, diagnostics)
    named = (section for section in root.all("secrets") if section.name.text.startswith("ike"))
    keys = [key for section in named if (key := _key(section)) is not None]
    return diagnostics.parsed(Policy(peers=peers_of(root, keys, diagnostics, files)))


def peers_of(
    root: Section, keys: list[PeerKey], diagnostics: Diagnostics, files: Files = _NO_FILES
) -> tuple[Peer, ...]:
    """The peers of a tree of swanctl.conf, whatever it was written as, with the keys for any of them."""
    _note_keys(root, diagnostics)
    return tuple(_Reader(root, keys, files, diagnostics).peers())


def _note_keys(root: Section, diagnostics: Diagnostics) -> None:
    """Note keys that their sections do not have, and count those that are not read."""
    waiting = [(section, section.name.text if section.name.text in SWANCTL_ROOT else "") for section in root.sections]
    for key in root.keys:
        diagnostics.not_understood(f"{quoted(key.text)} stands outside a section of swanctl.conf", key.span)
    while waiting:
        section, kind = waiting.pop()
        known = _known_keys(kind)
        for key in section.keys:
            if kind == "secret" and key.text.startswith("id"):
                continue
            if known is not None and key.text not in known:
                what = f"{quoted(key.text)} is not a key of {quoted(section.name.text)} in swanctl.conf"
                diagnostics.not_understood(what, key.span)
            elif known is not None and key.text not in _READ:
                diagnostics.not_read(key.text)
        for below in section.sections:
            if _may_stand_in(kind, below.name.text):
                waiting.append((below, _kind_below(kind, below.name.text)))
            else:
                what = f"{quoted(below.name.text)} is not a section of {quoted(section.name.text)} in swanctl.conf"
                diagnostics.not_understood(what, below.name.span)


def _known_keys(kind: str) -> frozenset[str] | None:
    """The keys of a kind of section: all keys in a template, none in a mere container; None: any."""
    if kind == "pool":
        return None
    return SWANCTL.get(kind, frozenset() if kind else frozenset[str]().union(*SWANCTL.values()))


def _may_stand_in(kind: str, name: str) -> bool:
    """Whether a kind of section has such a subsection (swanctl.conf(5)); a template may have any."""
    match kind:
        case "connection":
            return name == "children" or name.startswith(("local", "remote"))
        case "round":
            return name.startswith(("cert", "cacert", "pubkey"))
    return kind in {"", "connections", "children", *SWANCTL_ROOT}


def _kind_below(kind: str, name: str) -> str:
    """The kind of a subsection by the kind of the section around it; empty if unknown."""
    match kind:
        case "connections":
            return "connection"
        case "secrets" | "authorities" | "pools":
            return {"secrets": "secret", "authorities": "authority", "pools": "pool"}[kind]
        case "connection":
            return "children" if name == "children" else "round"
        case "children":
            return "child"
        case "round":
            return "certificate"
    return ""


class _Reader:
    """Reads the connections of one tree."""

    def __init__(self, root: Section, keys: list[PeerKey], files: Files, diagnostics: Diagnostics) -> None:
        self._root = root
        self._keys = keys
        self._files = files
        self._diagnostics = diagnostics
        self._bases: dict[str, Section | None] = {}

    def peers(self) -> Iterator[Peer]:
        """A peer for each child of each connection that is negotiated; one for a connection without children."""
        for connection in map(self._whole, self._root.all("connections")):
            children = [child for child in map(self._whole, connection.all("children")) if not _is_shunt(child)]
            for child in children:
                yield without_defaults(
                    self._peer(connection, child, alone=len(children) == 1), _cut_short(connection, child)
                )
            if not children:
                yield without_defaults(self._peer(connection, None, alone=True), _cut_short(connection))

    def _whole(self, section: Section) -> Section:
        """A section completed by those that it references; its own values take precedence."""
        whole = Section(section.name, section.values, sections=section.sections, is_cut=section.is_cut)
        for path in section.bases:
            if path not in self._bases:
                named = self._root.at(path)
                self._bases[path] = None  # while it is looked at: a section cannot take over itself
                self._bases[path] = None if named is None else self._whole(named)
            base = self._bases[path]
            if base is None:
                reason = "is not a section of this input, or takes over itself"
                self._diagnostics.not_understood(f"{quoted(path)} {reason}", section.name.span)
            else:
                whole = whole.over(base)
        return whole

    def _peer(self, connection: Section, child: Section | None, *, alone: bool) -> Peer:
        place = connection.name
        values = connection.values
        name = place.text if child is None or alone else f"{place.text}/{child.name.text}"
        own, *more = self._credentials(connection, "local")
        accepted, *others = self._credentials(connection, "remote")
        if (said := values.get("ppk_required")) is not None and is_yes(said, "ppk_required", self._diagnostics):
            why = "postquantum preshared keys (`ppk_required`) are not compared"
            self._diagnostics.not_understood(why, said.span)
            own = own.model_copy(update={"method": None})
        quick = {} if child is None else child.values
        encapsulation = Encapsulation.AH if "ah_proposals" in quick else Encapsulation.ESP
        token = quick.get("ah_proposals" if encapsulation is Encapsulation.AH else "esp_proposals")
        child_place = place if child is None else child.name
        offered = None if child is None else offers(token, encapsulation, self._diagnostics, child_place)
        short = quick.get("sha256_96")
        if offered is not None and short is not None and is_yes(short, "sha256_96", self._diagnostics):
            offered = with_short_hashes(offered, short.standing_for("sha256_96"), self._diagnostics)
        local, mine = self._side(quick.get("local_ts"), child_place)
        remote, theirs = self._side(quick.get("remote_ts"), child_place)
        traffic = joined(mine, theirs)
        return Peer(
            name=name,
            span=place.span,
            implementation="strongswan",
            answers_on=self._addresses(values.get("local_addrs")) or (),
            looks_for=self._addresses(values.get("remote_addrs")) or (),
            key_modules=self._version(values.get("version"), place),
            is_aggressive=is_yes(values.get("aggressive"), "aggressive", self._diagnostics) is True,
            childless=self._childless(values.get("childless")),
            main_mode=offers(values.get("proposals"), None, self._diagnostics, place),
            main_mode_seconds=seconds(values.get("rekey_time"), _IKE_SECONDS, place, self._diagnostics),
            quick_mode=offered,
            quick_mode_seconds=seconds(quick.get("rekey_time"), _CHILD_SECONDS, child_place, self._diagnostics),
            quick_mode_kilobytes=kilobytes(quick.get("rekey_bytes"), self._diagnostics),
            mode=self._mode(quick.get("mode"), child_place),
            local=local if traffic is not None else Setting(Unknown("two protocols"), child_place.span),
            remote=remote,
            protocol=None if traffic is None else traffic[0],
            local_ports=() if traffic is None else traffic[1],
            remote_ports=() if traffic is None else traffic[2],
            own=(own,),
            accepted=of_any_key(self._accepted(connection, accepted)),
            second=(*more, *others),
            identity=_identity(connection, "local"),
            expected_identity=_identity(connection, "remote"),
        )

    def _accepted(self, connection: Section, first: Credential) -> tuple[Credential, ...]:
        """The credentials accepted from the peer in the first round; for `any`, every kind."""
        rounds = _rounds(connection, "remote")
        word = next((token.word for section in rounds if (token := section.values.get("auth")) is not None), "")
        if word != "any":
            return (first,)
        place = Token("any", first.span.path, first.span.line, first.span.column)
        eap = Credential(span=first.span, method=AuthMethod.EAP)
        return (first, eap, self._preshared(connection, place))

    def _version(self, token: Token | None, place: Token) -> Setting[frozenset[KeyModule]]:
        if token is None:
            return default(_VERSIONS["0"], place.span)
        return read.word(token, _VERSIONS, "version of IKE", self._diagnostics)

    def _childless(self, token: Token | None) -> Setting[str] | None:
        return None if token is None else read.word(token, _CHILDLESS, "childless", self._diagnostics)

    def _mode(self, token: Token | None, place: Token) -> Setting[RuleMode]:
        if token is None:
            return default(RuleMode.TUNNEL, place.span)
        return read.word(token, MODES_OF_STRONGSWAN, "mode", self._diagnostics)

    def _side(self, token: Token | None, place: Token) -> tuple[Setting[Addresses], Traffic]:
        """The addresses and the traffic of one side; `dynamic`, the default, is the peer's own address: empty."""
        if token is None or token.word == "dynamic":
            return Setting((), place.span if token is None else token.span), ANY
        addresses: list[Address] = []
        traffics: set[Traffic] = set()
        for part in token.split(","):
            text, bracket, ports = part.text.partition("[")
            address = parse_address(text.strip())
            if part.word.startswith("dynamic"):
                address = None
            elif address is None:
                self._diagnostics.not_understood(no_address(part), part.span)
                return Setting(Unknown(token.text), token.span), ANY
            traffic = traffic_of(ports.strip(" ]")) if bracket else ANY
            if traffic is None:
                self._diagnostics.not_understood(f"protocol and port of {quoted(part.text)} are not read", part.span)
                return Setting(Unknown(token.text), token.span), ANY
            traffics.add(traffic)
            if address is not None:
                addresses.append(address)
        if len(traffics) > 1:
            self._diagnostics.not_understood("parts of a side with other protocols or ports are not read", token.span)
            return Setting(Unknown(token.text), token.span), ANY
        return Setting(tuple(addresses), token.span), traffics.pop()

    def _addresses(self, token: Token | None) -> Addresses | None:
        """The numeric addresses; a name or %any is skipped."""
        if token is None:
            return None
        parts = token.split(",")
        for part in parts:
            note_no_address(part.strip(), self._diagnostics)
        parsed = (parse_address(part.text) for part in parts)
        return tuple(address for address in parsed if address is not None and address.version)

    def _credentials(self, connection: Section, side: str) -> tuple[Credential, ...]:
        """The credentials of a side, round by round; at least one."""
        rounds = _rounds(connection, side)
        whole = [self._whole(section) for section in rounds] or [Section(connection.name)]
        return tuple(self._credential(connection, section) for section in whole)

    def _credential(self, connection: Section, section: Section) -> Credential:
        token = section.values.get("auth")
        word = "pubkey" if token is None else token.word
        place = section.name if token is None else token
        if word == "psk":
            named = [token.text for key in _CONSTRAINTS if (token := section.values.get(key)) is not None]
            return self._preshared(connection, place).model_copy(update={"authorities": tuple(named)})
        if is_eap(word):
            return Credential(span=place.span, method=AuthMethod.EAP)
        if word.startswith("xauth"):
            return Credential(span=place.span, method=AuthMethod.XAUTH)
        if word.startswith(("pubkey", "rsa", "ecdsa", "ike:")) or word == "any":
            signings = _SIGNINGS.get(word.removeprefix("ike:").split("-")[0], frozenset())
            certificates = self._certificates(section, "certs")
            authorities = self._authorities(section, certificates)
            credential = Credential(
                span=place.span,
                method=AuthMethod.COMPUTER_CERTIFICATE,
                signings=signings,
                hashes=signature_hashes(word),
                authorities=authorities,
            )
            return with_certificates(credential, certificates)
        self._diagnostics.not_understood(f"unknown authentication {quoted(place.text)}", place.span)
        return Credential(span=place.span, method=None)

    def _authorities(self, section: Section, certificates: Sequence[bytes | None]) -> tuple[str, ...]:
        """The authorities that a side names, or the issuers of its certificates, if their files are in the input."""
        named = section.values.get("ca_id")
        names = [] if named is None else [named.text]
        of_authorities = self._certificates(section, "cacerts")
        for group, read_name in ((of_authorities, certificate_subject), (certificates, certificate_issuer)):
            read = (read_name(certificate) for certificate in group if certificate is not None)
            names += [name for name in read if name is not None]
        return tuple(dict.fromkeys(names))

    def _certificates(self, section: Section, key: str) -> list[bytes | None]:
        return self._files.certificates(section.values.get(key), self._diagnostics.path)

    def _preshared(self, connection: Section, place: Token) -> Credential:
        ids = {
            name_of(token)
            for section in (*connection.named("local"), *connection.named("remote"))
            if (token := section.values.get("id")) is not None
        }
        for key in ("local_addrs", "remote_addrs"):
            if (token := connection.values.get(key)) is not None:
                ids |= {name_of(part) for part in token.split(",")}
        secret = key_for(self._keys, ids) if _is_for_one(connection) else only_key(self._keys)
        return Credential(
            span=place.span,
            method=AuthMethod.PRESHARED_KEY,
            secret=secret,
            is_secret_known=secret is not None or not self._keys,
            is_secret_missing=_says_both(connection) and have_none_for(self._keys, ids),
        )


def _cut_short(connection: Section, *children: Section) -> set[Span]:
    """The names of the sections of a connection that an excerpt cuts short."""
    sections = (connection, *children, *connection.named("local"), *connection.named("remote"))
    return {section.name.span for section in sections if section.is_cut}


def _is_for_one(connection: Section) -> bool:
    """Whether a connection identifies its peer; one for many peers has a separate key for each."""
    named = [section.values.get("id") for section in connection.named("remote")]
    where = connection.values.get("remote_addrs")
    parts = [] if where is None else [parse_address(part.text) for part in where.split(",")]
    is_one = bool(parts) and all(part is None or part.first == part.last for part in parts) and where is not None
    is_one = is_one and where is not None and "%any" not in where.text
    return is_one or any(written_identity(token) is not None for token in named)


def _says_both(connection: Section) -> bool:
    """Whether both ends are given, by name or by address."""
    return _is_for_one(connection) and (
        "local_addrs" in connection.values or _identity(connection, "local") is not None
    )


def _is_shunt(child: Section) -> bool:
    """Whether a child lets its traffic pass, or drops it, without IPsec (`mode` in swanctl.conf(5))."""
    mode = child.values.get("mode")
    return mode is not None and mode.word in {"pass", "drop"}


def _identity(connection: Section, side: str) -> Setting[str] | None:
    """The identity of a side in its first round, if written."""
    first = next(iter(_rounds(connection, side)), None)
    return typed_identity(None if first is None else first.values.get("id"))


def _rounds(connection: Section, side: str) -> list[Section]:
    """The rounds of a side: by their numbers, of which one that is not written is 0, and as they stand (`round` in
    swanctl.conf(5))."""
    rounds = [section for section in connection.named(side) if not section.name.text.startswith(f"{side}_")]
    return sorted(rounds, key=_number_of_round)


def _number_of_round(section: Section) -> int:
    token = section.values.get("round")
    return (decimal(token.text) if token is not None else None) or 0


_CHILDLESS = {word: word for word in ("allow", "prefer", "force", "never")}
_CONSTRAINTS = ("cacerts", "ca_id", "certs")
"""What asks for a certificate, which strongSwan 5.9.8 was seen to refuse whatever preshared key is shown."""
_SIGNINGS = {
    "rsa": frozenset({CertificateSigning.RSA}),
    "ecdsa": frozenset({CertificateSigning.ECDSA_P256, CertificateSigning.ECDSA_P384}),
}


def _key(section: Section) -> PeerKey | None:
    token = section.values.get("secret")
    if token is None:
        return None
    ids = (value for key, value in section.values.items() if key.startswith("id") and value.text != "%any")
    secret = None if isinstance(token, OpenToken) else daemon_key(token.text)
    return PeerKey(span=token.span, identities=tuple(map(name_of, ids)), secret=secret)


FORMATS = (
    Format(
        name="swanctl-conf",
        title="swanctl.conf of strongSwan",
        recognise=recognise,
        parse=parse,
        how_to_export="the file /etc/swanctl/swanctl.conf, or one of /etc/swanctl/conf.d",
        can_express="what a strongSwan peer offers: versions, proposals, authentication, selectors, lifetimes",
        cannot_express="Windows policy; which authorities signed the certificates that it names",
    ),
)
