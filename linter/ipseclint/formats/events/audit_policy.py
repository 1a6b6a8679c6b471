"""The audit policy of a machine: CSV of `auditpol /get /r` and `/backup` (MS-GPAC 2.2.1), or its console output.

Category/Subcategory                      Setting          `auditpol /get /category:*`
Logon/Logoff
  IPsec Main Mode                         No Auditing
"""

from __future__ import annotations

import csv
import io
import re

from ipseclint.formats.kit.diagnostics import Diagnostics, of_text, quoted
from ipseclint.formats.kit.token import Token
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.late import late
from ipseclint.model.policy import AuditSetting, Policy
from ipseclint.model.setting import Setting, Unknown
from ipseclint.source import Source, Span, lines_of_text

SUBCATEGORIES = {
    "{0cce9213-69ae-11d9-bed3-505054503030}": "IPsec Driver",
    "{0cce9218-69ae-11d9-bed3-505054503030}": "IPsec Main Mode",
    "{0cce9219-69ae-11d9-bed3-505054503030}": "IPsec Quick Mode",
    "{0cce921a-69ae-11d9-bed3-505054503030}": "IPsec Extended Mode",
}
"""The subcategories that IPsec reports to, by their GUID (MS-GPAC 2.2.1.2), which no language changes."""

_GUID = late(r"\{0cce92[0-9a-f]{2}-69ae-11d9-bed3-505054503030\}", re.IGNORECASE)
_BY_NUMBER = {"0": (False, False), "1": (True, False), "2": (False, True), "3": (True, True), "4": (False, False)}
"""Setting Value: 0 unchanged, 1 success, 2 failure, 3 both, 4 none. `auditpol /backup` writes 0 for no auditing."""

_UNCHANGED = "0"
_BY_WORD = {
    "no auditing": (False, False),
    "success": (True, False),
    "failure": (False, True),
    "success and failure": (True, True),
    "keine \u00fcberwachung": (False, False),
    "erfolg": (True, False),
}
"""Whether successes and failures are written; of other languages the words that Microsoft's own pages have."""

NAMES = {name.casefold(): name for name in SUBCATEGORIES.values()} | {
    "ipsec-treiber": "IPsec Driver",
    "ipsec-hauptmodus": "IPsec Main Mode", "mode principal ipsec": "IPsec Main Mode",
    "ipsec-schnellmodus": "IPsec Quick Mode", "mode rapide ipsec": "IPsec Quick Mode",
    "ipsec-erweiterungsmodus": "IPsec Extended Mode", "mode \u00e9tendu ipsec": "IPsec Extended Mode",
}  # fmt: skip
"""The subcategories by what `auditpol` calls them in English, German and French, folded."""
_PRINTED = late(
    rf"^[ \t]{{1,8}}({'|'.join(NAMES)})[ ]{{2,60}}([^\W\d_][^\r\n]{{2,40}}?)[ \t]{{0,8}}\r?$",
    re.IGNORECASE | re.MULTILINE,
)
"""A subcategory as `auditpol /get` prints it, with its setting, whose words are known in English and German."""
_DAMAGED = late(
    rf"(?:(?:[^,\n]{{0,80}},){{2}}[^,\w]{{0,8}}|\W{{0,12}})"
    rf"(?P<name>(?:{'|'.join(NAMES)})(?=\W{{0,8}}(?:,|[ ]{{2}}))"
    r"|(?:[^\W\d_]{1,16}[ ]){0,3}IPsec\b[^,\r\n]{0,24}?(?=[ ]{2,60}[^\W\d_]))",
    re.IGNORECASE,
)
"""A row for one of them, or for one whose name is damaged, in CSV or printed, whatever stands in its other columns."""
_IN_CSV = late(
    r"(?:[^,\n]{0,80},){2}(?P<name>[^,\n]{1,80}),[ \t\"]{0,8}(?!\{[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\})[{0-9]",
    re.IGNORECASE,
)
"""A row of CSV whose subcategory is given by what is no GUID."""
_ROW_DAMAGED = "a row of the audit policy that is not understood: use `auditpol /backup`"

_IDENTITY, _WORD, _NUMBER = 3, 4, 6
_COLUMNS = 6
_MAX_LINES = 100_000


def recognise(source: Source) -> bool:
    """Whether it has GUIDs of audit subcategories as these CSV files do, or IPsec's subcategories as printed."""
    for line in source.head_text.split("\n", 50)[:50]:
        parts = line.split(",")
        if len(parts) >= _COLUMNS and _GUID.fullmatch(parts[_IDENTITY].strip('" ')):
            return True
    return _PRINTED.search(source.head_lines) is not None


@of_text
def parse(text: str, diagnostics: Diagnostics) -> Parsed:
    """The audit settings for IPsec failures."""
    return _parsed(text, diagnostics, of_gpo=False)


@of_text
def parse_of_gpo(text: str, diagnostics: Diagnostics) -> Parsed:
    """The settings in the audit.csv of a GPO, where 0 leaves a subcategory unchanged (MS-GPAC 2.2.1.3.1)."""
    return _parsed(text, diagnostics, of_gpo=True)


def _parsed(text: str, diagnostics: Diagnostics, *, of_gpo: bool) -> Parsed:
    settings = []
    for number, line in enumerate(lines_of_text(text)[:_MAX_LINES], start=1):
        match = _GUID.search(line)
        if number == 1 and match is None:
            for name in line.split(",")[_NUMBER + 1 :]:
                diagnostics.not_read(name.strip('\ufeff" ') or "column without a name")
        if match is None and (printed := _PRINTED.match(line)) is not None:
            name, word = NAMES[printed[1].casefold()], printed[2]
            settings.append(_setting(line, word, "", number, name, diagnostics))
        elif match is None and (damaged := _DAMAGED.match(line) or _IN_CSV.match(line)) is not None:
            diagnostics.not_understood(
                _ROW_DAMAGED, diagnostics.place(number, damaged.start("name") + 1, len(damaged["name"]))
            )
        if match is None or match[0].casefold() not in SUBCATEGORIES:
            continue
        word, written = _columns(line)
        if not (of_gpo and written == _UNCHANGED):
            settings.append(_setting(line, word, written, number, SUBCATEGORIES[match[0].casefold()], diagnostics))
    return diagnostics.parsed(Policy(audit=tuple(settings)))


def of_number(name: str, written: Token, diagnostics: Diagnostics) -> AuditSetting | None:
    """The setting of a subcategory in a GPO, by its number; None where that leaves it unchanged."""
    if written.text == _UNCHANGED:
        return None
    if (known := _BY_NUMBER.get(written.text)) is None:
        diagnostics.not_understood(f"unknown audit setting {quoted(written.text)}", written.span)
        return AuditSetting(subcategory=name, failure=Setting(Unknown(written.text), written.span))
    success, failure = known
    return AuditSetting(
        subcategory=name, failure=Setting(failure, written.span), success=Setting(success, written.span)
    )


def _columns(line: str) -> tuple[str, str]:
    """The word and the number of a setting."""
    try:
        columns = next(csv.reader(io.StringIO(line)), [])
    except csv.Error:  # a stray line end inside the line, or a field without end
        columns = line.split(",")
    written = columns[_NUMBER].strip() if len(columns) > _NUMBER else ""
    return columns[_WORD].strip() if len(columns) > _WORD else "", written


def _setting(line: str, word: str, written: str, number: int, name: str, diagnostics: Diagnostics) -> AuditSetting:
    worded = _BY_WORD.get(word.casefold())
    known = _BY_NUMBER.get(written) if written else worded
    span = _place(line, (known is None and written) or word or written, number, diagnostics.path)
    if known is not None and worded not in {None, known}:
        message = f"the setting {quoted(word)} has the number {quoted(written)}, which means another"
        diagnostics.not_understood(message, _place(line, written, number, diagnostics.path))
        return AuditSetting(subcategory=name, failure=Setting(Unknown(word), span))
    if known is None:
        shown = quoted(written or word or line)
        diagnostics.not_understood(f"unknown audit setting {shown}: use `auditpol /backup`", span)
        return AuditSetting(subcategory=name, failure=Setting(Unknown(written or word), span))
    success, failure = known
    return AuditSetting(subcategory=name, failure=Setting(failure, span), success=Setting(success, span))


def _place(line: str, text: str, number: int, path: str) -> Span:
    """The place of the setting, the last occurrence of its text."""
    at = line.rfind(text) if text else -1
    return Span(path, number, at + 1, len(text)) if at >= 0 else Span(path, number, 1, max(1, len(line)))


FORMATS = (
    Format(
        name="audit-policy",
        title="audit policy (auditpol)",
        recognise=recognise,
        parse=parse,
        how_to_export="auditpol /backup /file:auditpol.csv",
        can_express="whether failed negotiations and dropped packets are written to the Security log",
        cannot_express="policies",
        without_key="names of categories, and whether they are recorded",
    ),
)
