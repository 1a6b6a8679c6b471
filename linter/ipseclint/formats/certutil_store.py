"""Certificates of a store as `certutil -store my` lists them: brief in any language, with `-v` in English.

    ================ Zertifikat 0 ================         The words differ, their order and `(sha1)` do not:
    Seriennummer: 6100000002                               serial number, issuer, the dates indented, subject, hash,
    Aussteller: CN=Example CA                              and what belongs to a private key, with `=`.
     Nicht vor: 01.01.2026 01:00

    my "Eigene Zertifikate"                                A store without certificates: its name, and at once the
    CertUtil: -store-Befehl wurde erfolgreich ausgeführt.  end, where the number of an error tells that it failed.

Sources of the shape: listings on learn.microsoft.com (Windows Hello for Business, renewal of a CA, Always On VPN); in
German, French and Chinese those that public programs hold their readers of them to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from msgspec import Struct, field

from ipseclint.formats.kit import read
from ipseclint.formats.kit.diagnostics import Diagnostics, of_text
from ipseclint.formats.kit.token import Token, lines_of
from ipseclint.formats.kit.user_stores import told_by_store
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.transcript.parting_lines import own_line
from ipseclint.late import late
from ipseclint.model.policy import Certificate, EmptyStore, Policy
from ipseclint.model.setting import Setting
from ipseclint.source import Source, Span

MAX_CERTIFICATES = 10_000
"""Certificates of one listing (reasoned: a machine's own store has a handful)."""

_HEAD = late(r"^[ \t]{0,8}={3,40} (?:(Certificate)|[^=\r\n]{1,30}?) \d{1,6} ={3,40}", re.MULTILINE)
_HASH = "Cert Hash(sha1)"
_HASHED = late(r"\(sha1\)[ \u00a0\ufffd]?[:\uff1a][ ]?(?:[0-9a-f]{2} ?){20}", re.IGNORECASE)
_PLACED = late(r"( ?)(?! )([^:=\r\n\uff1a]{1,60}?)[ \u00a0\ufffd]?[:\uff1a][ \t]*")
_SERIAL = "Serial Number"
_IN_FULL = late(r"[ \t]*[^\r\n:]{0,30}X\.?509")
_OF_KEY = late(r"[ \t]{0,8}[^=\r\n]{2,60}=[ \u00a0]\S")
_STORE = late(r"[ \t]{0,8}(\S+) \"[^\"]*\"[ \t]*$")
_ENDED = late(
    r"^[ \t]{0,8}(?:(?P<store>my) \"[^\"\r\n]{0,80}\"[ \t]*\r{0,2}\n(?:[ \t]*\r{0,2}\n){0,6}[ \t]{0,8})?"
    r"certutil[ \u00a0]?:(?P<end>[^\r\n]*-store[^\r\n]*)",
    re.IGNORECASE | re.MULTILINE,
)
"""How a listing ends that shows nothing, with the name of the store where it was opened."""
_FAILED = late(r"\b0x8[0-9a-f]{7}\b", re.IGNORECASE)
_OWN = "my"
"""The store of a machine's own certificates; of the others none is chosen by IKE."""

_LABEL = late(r"[ \t]*(Issuer|Subject|NotBefore|NotAfter|Cert Hash\(sha1\)):[ \t]*")
_NAME_PART = late(r"[ \t]*(?:[A-Za-z]{1,12}|\d[\d.]+)=")
_USAGES = late(r"[ \t]*Enhanced Key Usage[ \t]*$")
_USAGE = late(r"[ \t]{0,24}[^() \t][^()]{0,200}\((\d(?:\.\d+){3,})\)")
_ALTERNATIVE = late(r"[ \t]*(?:DNS Name|IP Address)=(\S+)[ \t]*$")
_WHOLE = late(r"[ \t]*X509 Certificate:")
_HAS_KEY = late(r"[ \t]*Key Container = ")
_HAS_NO_KEY = late(
    r"[ \t]*(?:No key provider information|Cannot find the certificate and private key for decryption\.)"
)
_KEY_NOT_USED = late(r"[ \t]*(?:Missing stored keyset|Encryption test FAILED)\b", re.IGNORECASE)
"""What certutil says below the name of a container whose key it cannot use (as administrators show it:
github.com/webprofusion/certify issue 319, github.com/gentilkiwi/mimikatz issue 22)."""
_COMMON_NAME = late(r"CN=([^,]+)")
_ISO = late(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})\b")
_DOTTED = late(r"(\d{1,2})\.(\d{1,2})\.(\d{4})\b")
_DATE = late(r"\d{4}[-/]\d|\d{1,2}[-./]\d{1,2}[-./]\d{4}")
_SLASHED = late(r"(?<!\d)(\d{1,2})[/-](\d{1,2})[/-](\d{4})\b")
_NOON = late(r"Not(?:Before|After): \d[^\n]{6,20}[AP]M\b")

_OWN_LINE = late(
    own_line(
        r"certutil(?:\.exe)?(?:[ ]-(?:user|silent|enterprise)){0,3}[ ]-store(?:[ ]\"?\w{1,40}\"?)?",
        r"\w{1,40}[ ]\"[^\"\r\n]{0,80}\"",
        r"CertUtil[ \u00a0]?:[ ]-store\b[^\"\r\n|&<>:]{0,120}",
    ),
    re.IGNORECASE,
)
"""A line of a session that shows that stores are empty."""


def recognise(source: Source) -> bool:
    """Whether it is such a list, or shows an empty store."""
    head = source.head_text
    has_hash = f"{_HASH}:" in head or _HASHED.search(head) is not None
    if has_hash and _HEAD.search(head) is not None:
        return True
    return "my" in source.head_words and any(match["store"] for match in _ENDED.finditer(head))


@of_text
def parse(text: str, diagnostics: Diagnostics) -> Parsed:
    """The certificates of the machine's own store."""
    order = _order(text)
    certificates = tuple(listing.certificate(order, diagnostics) for listing in _listings(text, diagnostics))
    policy = Policy(certificates=certificates, empty_stores=tuple(_empty(text, diagnostics)))
    return told_by_store(Parsed(policy=policy, problems=diagnostics.listed()), text)


def _empty(text: str, diagnostics: Diagnostics) -> Iterator[EmptyStore]:
    """The empty stores of the machine's own certificates."""
    line, counted = 1, 0
    for match in _ENDED.finditer(text):
        line += text.count("\n", counted, match.start())
        counted = match.start()
        place = diagnostics.place(line, 1, len(match[0].split("\n", 1)[0].strip()))
        if _FAILED.search(match["end"]):
            diagnostics.not_understood("certutil failed: which certificates the store holds is not known", place)
        elif match["store"]:
            yield EmptyStore(span=place)


class _Listing(Struct):
    """The fields listed of one certificate; names may cover several lines. `is_whole`: extensions are listed."""

    span: Span
    values: dict[str, list[Token]] = field(default_factory=dict)
    usages: list[Token] = field(default_factory=list)
    names: list[Token] = field(default_factory=list)
    key: Setting[bool] | None = None
    is_whole: bool = False
    is_foreign: bool = False

    def certificate(self, order: str, diagnostics: Diagnostics) -> Certificate:
        """The certificate."""
        subject, issuer, thumbprint = map(self._value, ("Subject", "Issuer", _HASH))
        return Certificate(
            name="certificate" if subject is None else subject.text,
            id=None if thumbprint is None else "".join(thumbprint.text.split()).upper(),
            span=self.span,
            names=self._names(subject),
            ekus=Setting(tuple(usage.text for usage in self.usages), self.span) if self.is_whole else None,
            issuer=None if issuer is None else Setting(issuer.text, issuer.span),
            not_before=self._date("NotBefore", order, diagnostics),
            not_after=self._date("NotAfter", order, diagnostics),
            has_private_key=self.key,
        )

    def _value(self, name: str) -> Token | None:
        parts = self.values.get(name)
        if parts is None or not any(part.text for part in parts):
            return None
        return parts[0].standing_for(", ".join(part.text for part in parts))

    def _names(self, subject: Token | None) -> Setting[tuple[str, ...]] | None:
        if self.names:
            return Setting(tuple(name.text for name in self.names), self.names[0].span)
        match = None if subject is None else _COMMON_NAME.search(subject.text)
        return Setting((match[1].strip(),), subject.span) if self.is_whole and subject and match else None

    def _date(self, name: str, order: str, diagnostics: Diagnostics) -> Setting[date] | None:
        token = self._value(name)
        if token is None:
            return None
        return read.value(token, lambda written: _day(written.text, order), f"date in `{name}`", diagnostics)


def _listings(text: str, diagnostics: Diagnostics) -> Iterator[_Listing]:
    listing: _Listing | None = None
    is_own, label, in_usages, count, margin = True, "", False, 0, 0
    for line in lines_of(text.replace("\u00a0", " "), diagnostics.path):
        store = _STORE.match(line.text)
        head = _HEAD.match(line.text)
        if head or store:
            if listing is not None:
                yield listing
            listing = None
            if store:
                is_own = store[1].casefold() == _OWN
            elif is_own:
                count += 1
                if count > MAX_CERTIFICATES:
                    diagnostics.refused(f"more than {MAX_CERTIFICATES} certificates: the rest was not read", line.span)
                    return
                listing = _Listing(line.span, is_foreign=head is not None and head[1] is None)
                margin = len(line.text) - len(line.text.lstrip())
        elif listing is not None:
            own = line if line.text[:margin].strip() else line.part(margin)
            label, in_usages = _take(own, listing, label, diagnostics, in_usages=in_usages)
    if listing is not None:
        yield listing


def _take(line: Token, listing: _Listing, label: str, diagnostics: Diagnostics, *, in_usages: bool) -> tuple[str, bool]:
    """Read a line; gives its label if the value continues below, and whether a list of usages does."""
    text = line.text
    if listing.is_foreign:
        if _IN_FULL.match(text) and not listing.values:
            why = "a listing with -v is read in English alone: list it without -v, or with Get-ChildItem Cert:"
            diagnostics.not_understood(why, line.strip().span)
            listing.is_foreign = False  # none of its labels is known
        else:
            _take_by_place(line, listing)
        return "", False
    if match := _LABEL.match(text):
        value = line.part(match.end()).strip()
        if value.text:
            listing.values.setdefault(match[1], [value])
        return ("" if value.text or match[1] in listing.values else match[1]), False
    if not text.strip():  # a page puts one behind each line
        return label, in_usages
    if label and _NAME_PART.match(text):
        listing.values.setdefault(label, []).append(line.strip())
        return label, False
    if in_usages and (match := _USAGE.match(text)):
        listing.usages.append(line.part(*match.span(1)))
        return "", True
    if match := _ALTERNATIVE.match(text):
        listing.names.append(line.part(*match.span(1)))
    elif _HAS_KEY.match(text):
        listing.key = Setting(value=True, span=line.strip().span)
    elif _HAS_NO_KEY.match(text) and listing.key is None:
        listing.key = Setting(value=False, span=line.strip().span)
    elif _KEY_NOT_USED.match(text):
        listing.key = None
        why = "certutil cannot use the private key: it is gone, damaged, or not for this user; list it as administrator"
        diagnostics.not_understood(why, line.strip().span)
    listing.is_whole |= _WHOLE.match(text) is not None
    return "", _USAGES.match(text) is not None


def _take_by_place(line: Token, listing: _Listing) -> None:
    """Read a line of a list in another language, whose labels are known by position."""
    values = listing.values
    if _HASH in values:
        if listing.key is None and _OF_KEY.match(line.text):
            listing.key = Setting(value=True, span=line.strip().span)
        return
    if (match := _PLACED.match(line.text)) is None:
        return
    value = line.part(match.end()).strip()
    dates = [name for name in ("NotBefore", "NotAfter") if name not in values]
    if match[2].casefold().endswith("(sha1)"):
        name = _HASH
    elif match[1] or (dates and "Issuer" in values and _DATE.match(value.text)):
        name = dates[0] if dates and "Issuer" in values and "Subject" not in values else ""
    else:
        name = next((each for each in (_SERIAL, "Issuer", "Subject") if each not in values), "")
    if name and not (name == "Subject" and dates):
        values[name] = [value]


def _order(text: str) -> str:
    """Whether `day` or `month` comes first in the dates with slashes of one listing; empty if that is unknown.

    A number beyond 12 tells; else AM and PM mean the United States, another language the day first (reasoned).
    """
    pairs = [(int(match[1]), int(match[2])) for match in _SLASHED.finditer(text)]
    is_english = all(head[1] for head in _HEAD.finditer(text))
    if any(first > 12 for first, _ in pairs) or not is_english:
        return "day"
    return "month" if any(second > 12 for _, second in pairs) or _NOON.search(text) else ""


def _day(text: str, order: str) -> date | None:
    """The day of a date in a country's format; None if day and month are ambiguous."""
    if match := _ISO.match(text):
        return _calendar_day(match[1], match[2], match[3])
    if match := _DOTTED.match(text):
        return _calendar_day(match[3], match[2], match[1])
    match = _SLASHED.match(text)
    if match is None or not order:
        return None
    return _calendar_day(match[3], *((match[2], match[1]) if order == "day" else (match[1], match[2])))


def _calendar_day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


FORMATS = (
    Format(
        name="certutil-store",
        title="certificates of the machine's own store (certutil -store my)",
        recognise=recognise,
        parse=parse,
        how_to_export="certutil -v -store my > certificates.txt",
        can_express="subject, issuer, validity, thumbprint, whether there is a private key; with -v usages, names",
        cannot_express="whether the chain is trusted; usages and names without -v, and in other languages than English",
        without_key="certificates are public; a listing names the container of a private key, never the key",
        is_alone=lambda source: source.has_only(_OWN_LINE),
    ),
)
