"""Certificates from `Get-ChildItem Cert:\\LocalMachine\\My`, and rows of osquery's table `certificates`."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import MINYEAR, UTC, date, datetime

from ipseclint.formats.kit import read
from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.json_places import JSON_DATE
from ipseclint.formats.kit.token import Token
from ipseclint.formats.powershell.instance import Instance, Node
from ipseclint.formats.powershell.values import flag
from ipseclint.late import late
from ipseclint.model.policy import Certificate
from ipseclint.model.setting import Setting
from ipseclint.vocabulary.authentication import USAGES

_OID = late(r"\b\d(?:\.\d+){3,}\b")
_ISO_DATE = late(r"(\d{4})-(\d{2})-(\d{2})")
_OWN_STORE = frozenset({"personal", "my"})
_SHOWN_DATE = late(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})\b")


def certificate(item: Instance, diagnostics: Diagnostics) -> Certificate:
    """An object as a certificate."""
    subject, thumbprint, issuer = item.text("Subject"), item.text("Thumbprint"), item.text("Issuer")
    store = item.text("PSParentPath", "PSPath")
    return Certificate(
        name="certificate" if subject is None else subject.text.strip(),
        id=None if thumbprint is None else thumbprint.text.strip(),
        span=item.span,
        names=_names(item, subject, diagnostics),
        ekus=_usages(item, diagnostics),
        issuer=None if issuer is None else Setting(issuer.text.strip(), issuer.span),
        not_before=_date(item, "NotBefore", min, diagnostics),
        not_after=_date(item, "NotAfter", max, diagnostics),
        has_private_key=flag(item, "HasPrivateKey", diagnostics),
        of_user=store is not None and "::currentuser\\" in store.text.casefold(),
        is_imported=item.has("IsImported"),
    )


def collected_certificate(item: Instance, diagnostics: Diagnostics) -> Certificate | None:
    """A row of osquery as a certificate; None if it is not in the machine's personal store.

    The table has no alternative names, and of the usages only those of the key; its dates are seconds since 1970
    (source: the schema of the table `certificates`).
    """
    store, location = item.text("store"), item.text("store_location")
    if store is None or location is None or location.word != "localmachine" or store.word not in _OWN_STORE:
        is_named = store is not None and location is not None
        diagnostics.not_read(f"certificate of {'another store' if is_named else 'a store that is not named'}")
        return None
    name, thumbprint, issuer = item.text("subject", "common_name"), item.text("sha1"), item.text("issuer")
    is_whole = issuer is not None and "=" in issuer.text
    return Certificate(
        name="certificate" if name is None else name.text.strip(),
        id=None if thumbprint is None else thumbprint.text.strip(),
        span=item.span,
        issuer=Setting(issuer.text.strip(), issuer.span) if issuer is not None and is_whole else None,
        not_before=_second(item, "not_valid_before", diagnostics),
        not_after=_second(item, "not_valid_after", diagnostics),
    )


def _second(item: Instance, name: str, diagnostics: Diagnostics) -> Setting[date] | None:
    token = item.text(name)
    return None if token is None else read.value(token, _day_of_second, f"date in `{name}`", diagnostics)


def _day_of_second(token: Token) -> date | None:
    try:
        return datetime.fromtimestamp(int(token.text), UTC).date()
    except (ValueError, OverflowError, OSError):
        return None


def _names(item: Instance, subject: Token | None, diagnostics: Diagnostics) -> Setting[tuple[str, ...]] | None:
    """The names of a certificate; without alternative names, Windows lists the subject's."""
    tokens = [token for node in _listed(item.get("DnsNameList")) if (token := _word_of(node, "Unicode", "Punycode"))]
    if tokens:
        if len(tokens) == 1 and read.is_type_alone(tokens[0]):
            return Setting(read.unknown(tokens[0], "names of a certificate", diagnostics), tokens[0].span)
        return Setting(tuple(token.text.strip() for token in tokens), tokens[0].span)
    match = None if subject is None else re.search(r"CN=([^,]+)", subject.text)
    if subject is None or match is None or not item.has("DnsNameList"):
        return None
    return Setting((match[1].strip().strip('"'),), subject.span)


def _usages(item: Instance, diagnostics: Diagnostics) -> Setting[tuple[str, ...]] | None:
    if not item.has("EnhancedKeyUsageList"):
        return None
    ekus = []
    nodes = _listed(item.get("EnhancedKeyUsageList"))
    if len(nodes) == 1 and isinstance(nodes[0], Token) and read.is_type_alone(nodes[0]):
        return Setting(read.unknown(nodes[0], "usages of a certificate", diagnostics), nodes[0].span)
    for node in nodes:
        token = _word_of(node, "ObjectId", "FriendlyName")
        match = None if token is None else _OID.search(token.text)
        eku = match[0] if match else None if token is None else USAGES.get(token.word)
        if eku is not None:
            ekus.append(eku)
        elif token is not None:
            diagnostics.not_understood(f"unknown usage of a certificate {quoted(token.text)}", token.span)
    return Setting(tuple(ekus), item.span)


def _listed(node: Node) -> list[Node]:
    return node if isinstance(node, list) else [] if node is None else [node]


def _word_of(node: Node, *names: str) -> Token | None:
    if isinstance(node, Instance):
        return node.text(*names)
    return node if isinstance(node, Token) and node.text.strip() else None


_Choice = Callable[[list[date]], date]


def _date(item: Instance, name: str, choose: _Choice, diagnostics: Diagnostics) -> Setting[date] | None:
    node = item.get(name)
    token = node.text("DateTime", "value") if isinstance(node, Instance) else item.text(name)
    if token is None:
        return None
    return read.value(token, lambda shown: _day(shown, choose), f"date in `{name}`", diagnostics)


def _day(token: Token, choose: _Choice) -> date | None:
    """The day of a date as ConvertTo-Json writes it, milliseconds since 1970 or ISO 8601, or as a console shows it.

    A console may write 03/04/2026 for the fourth of March or the third of April, by country; `choose` takes the one
    that makes the certificate valid for longer.
    """
    try:
        if match := JSON_DATE.search(token.text):
            return datetime.fromtimestamp(int(match[1]) / 1000, UTC).date()
        if match := _ISO_DATE.search(token.text):
            return date(*map(int, match.groups()))
    except (ValueError, OverflowError, OSError):
        return None
    if match := _SHOWN_DATE.match(token.text.strip()):
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        orders = [(second, first)] if match[2] == "." else [(first, second), (second, first)]
        days = [date(year, month, day) for month, day in orders if _is_day(year, month, day)]
        return choose(days) if days else None
    return None


def _is_day(year: int, month: int, day: int) -> bool:
    return year >= MINYEAR and 1 <= month <= _MONTHS and 1 <= day <= monthrange(year, month)[1]


_MONTHS = 12
