"""Distinguishes files that ipseclint wrote, or is configured by, from what Windows runs or exports.

A report is known by how it begins. It holds no command at the start of a line, however far indented, nor anything in
which a reader finds policy: a policy with a line of a report on top stays a policy. A file name that Windows runs makes
it a script, whatever it begins with, unless the script bears our seal and is unchanged.
"""

from __future__ import annotations

import csv
import io
import re
from pathlib import PurePosixPath

import msgspec

from ipseclint.formats import recognise
from ipseclint.formats.parsed import OUTPUT_STRINGS
from ipseclint.formats.pasted.signs import COLOUR
from ipseclint.late import late
from ipseclint.reporters import OUTPUTS
from ipseclint.reporters.beginnings import BLANK, CODE, END, LINE, NAME, SEVERITY, STRING
from ipseclint.seal import is_sealed
from ipseclint.source import DOCUMENTS, Source, bytes_source, suffix_of

_COUNT = "[0-9][0-9,]{0,12}"
_ADDRESS = r"[0-9a-f.:\[\]]{2,60}"

_INDENT = " {3,40}+"
"""The indent of a continued line. It is possessive, or each way to split the blanks would be tried."""
_ON = rf"(?: {{1,2}}|{END}{_INDENT})"
"""The gap between words of a line that may be wrapped."""
_LONG = rf"{LINE}(?:{END}{_INDENT}{LINE}){{0,5}}"
"""A line of text with its continuations, where it is wider than the terminal."""

_DIFFERENCE = rf"--- (?P<changed>{LINE}){END}\+\+\+ (?P=changed){END}@@ -"

_JSON = (
    rf'\{{\s*"packet":\s*{STRING},\s*"cases":\s*\[',  # which
    rf'\[\s*\{{\s*"group":\s*{STRING},\s*"readings":',  # coverage
    rf'\[\s*\{{\s*"path":\s*{STRING},\s*"format":\s*(?:null|"{NAME}"),\s*"status":',  # inspect
    rf'\[\s*\{{\s*"name":\s*"{NAME}",\s*"title":',  # formats
    rf'\[\s*\{{\s*"code":\s*"{CODE}",\s*"name":',  # rules
    rf'\[\s*\{{\s*"(?:ruleset":\s*{STRING},\s*"title|clause":\s*{STRING},\s*"rule)":',  # rulesets
    r'\{\s*"[a-z]{2,12}-[0-9]{1,6}(?:\.[a-z0-9]{1,8})?":\s*"',  # what --redact replaced
)
_PAGES = (
    (
        r"<!doctype html>.{0,900}<title>(?:ipsec policy: what changes|negotiation load: |ipsec fleet\b|"
        rf"(?:no |{_COUNT} of )[^<]{{0,40}}negotiations?\b)"
    ),
    "<svg [^>]{1,200}><title>negotiation load",
    r"#{1,3} (?:ipsec policy: what changes|will they agree\?|ipsec fleet)\s",
)
_TABLES = (
    r"\| code \| name \| severity \| basis \|",
    "a_path,a_line,a,a_hosts,b_path",
    "run,(?:path,(?:line,column,code|machine,format)|machine,(?:inputs|path,line),|ruleset,clause,|kind,text|schema,)",
    r"found  rule\s",
    rf"{CODE}[ \t]+{SEVERITY}[ \t]+{NAME}[ \t]*(?:[a-z_.]{{3,80}})?{END}",  # rules
    rf"[a-z0-9.-]{{2,40}}@[0-9.]{{1,12}}  {LINE}{END}",  # rulesets
    rf"{_LONG}:{_ON}{CODE}{_ON}{NAME}{_ON}\({SEVERITY}\)",  # clauses
    r".{0,8}duck.{1,24}v[0-9]{1,3}\.[0-9]|par1\x15",  # stores, whoever wrote them
)
_TEXTS = (
    "why negotiations fail on [^\n]{1,400}, most likely first",
    rf"#{{0,3}} ?{CODE} [a-z0-9\\-]{{3,80}} \({SEVERITY}\b",  # explain, and the next ones
    rf"#{{0,3}} ?(?:in|wv)[0-9]{{3}} {LINE}{BLANK}",
    rf"#{{0,3}} ?[0-9]{{1,10}} {LINE}{BLANK}(?:#{{1,3}} )?what (?:windows|it) says{END}",
    rf"#{{0,3}} ?event [0-9]{{1,5}} {LINE}{BLANK}(?:#{{1,3}} )?what windows writes",
    rf"#{{0,3}} ?defaults of windows by release{BLANK}",
    rf"#{{0,3}} ?[a-z0-9_.\\-]{{3,60}}, a key of ipseclint\.toml{BLANK}",
    (
        rf"{_LONG}{_ON}->{_ON}{_LONG}{END}"  # diff
        rf"(?:no difference: |{_COUNT} (?:class(?:es)? of traffic|objects?|new findings?|findings?|breach))"
    ),
    rf"{_LONG}{_ON}->{_ON}{_LONG}:{_ON}{_COUNT}{_ON}new,{_ON}{_COUNT}{_ON}gone,{_ON}",  # stores compared
    (
        rf"{_ADDRESS} ->{_ON}{_ADDRESS}(?:{_ON}[a-z0-9,]{{1,30}}){{0,9}}{END}"  # which
        rf"(?:the answer differs|[ \t]*{END})"
    ),
    rf"{_LONG}:{_ON}{_COUNT}{_ON}machines?{_ON}in{_ON}{_COUNT}{_ON}inputs?:{_ON}",
    rf"a{_ON}{_LONG}{END}b{_ON}{_LONG}{END}   (?:both decide|paired as) ",  # negotiate
    "no pair: ",
    rf"(?:{_COUNT} )?without a pair:{END}   ",
    rf"{_COUNT} negotiations? between {_COUNT} rules?: ",
    rf"not read: {_LONG}{_ON}is{_ON}only{_ON}partly{_ON}understood{_ON}",
    (
        rf"(?:connection security rules|filters (?:of policy|at){_ON}{_LONG}),{_ON}ipv[46],{_ON}"
        rf"(?:out|in)bound{_ON}by{_ON}"  # coverage
    ),
    "no rule is for any traffic",
    rf"(?:resolved|remaining|introduced|left out): {CODE} ",  # fix --verify
    _DIFFERENCE,  # fix --diff
    (
        rf"(?:{_LONG}: )?(?:safe|unsafe|cannot be told): {LINE}{_ON}of{_ON}the{_ON}requests{_ON}queue{_ON}and{_ON}drop"
        rf"{_ON}"  # load
    ),
    r"will requests queue and drop \(13811\)\? ",
    "fitted to the host's data: ",
    "[0-9.,e+-]{1,20} arrivals per second, ",
    rf"[a-z0-9-]{{3,40}}: {LINE}{END}  export  ",  # formats
    rf"{CODE} {NAME}: test [0-9]{{1,4}} (?:passed|failed)",
)
_CONFIGURED = (
    rf"(?:# required-version is not set|required-version = [^\n]*){END}ruleset = ",
    r"# what ipseclint checks, how strictly, and what is known of the site\.",
    r"\[\[waiver\]\]",
    r'(?:(?:extends|id|version|title) = "[^"\n]*"\s+){3}',  # a ruleset
)
_REPORTS = dict.fromkeys(output.begins for output in OUTPUTS.values())
_BEGINNINGS = "|".join((*_REPORTS, *_JSON, *_PAGES, *_TABLES, *_TEXTS, *_CONFIGURED)).encode()
_OWN = late(rb"(?:" + _BEGINNINGS + rb")", re.DOTALL)
_SETS = late("|".join(_CONFIGURED).encode())
_BEFORE = b"\xef\xbb\xbf\xff\xfe \t\r\n\v\f"
"""Byte order marks and blanks."""
_COLOURS = late(rb"%b|\x1b\]8;[^\x07\x1b]{0,400}(?:\x07|\x1b\\)" % COLOUR.pattern.encode())
"""Colours and links, as a terminal is told them."""
_HEAD_BYTES = 4096
_DIFFERS = late(_DIFFERENCE.encode())
_HUNK = late(r"@@ -[0-9]{1,9}(?:,([0-9]{1,9}))? \+[0-9]{1,9}(?:,([0-9]{1,9}))? @@")

_COMMAND = late(
    rb"(?:\A|[\r\n])[ \t\f\v@(,;&]*(?:(?:[a-z]:)?(?:[^\s:\"@(,;&][^\s:\"]{0,99})?\\)?"
    rb"(?:netsh(?:\.exe)?\s[^\r\n]*?(?:ipsec|consec|mainmode|advfirewall)|"
    rb"(?:new|set|add|remove|enable|disable|copy|rename)-netipsec[a-z0-9]*[ \t]+[^\s:]|"
    rb"advfirewall (?:consec|mainmode|set)|ipsec (?:static|dynamic)|consec (?:add|set)|echo off|param\()"
)
"""A command at the start of a line. Reports have theirs behind a word or a line number, or in quotes."""
_SHOWN_LINE = late(r"(?m)^(?: *[0-9]{1,9} \| [^\n]*| {2,8}`[^`\n]*`)$")
"""A line of an input in a text report, and a command quoted by an explanation."""
_EXPORT = late(
    r"\n(?:\ufeff|<\?xml|<[a-z][\w:.]{2,60}[ >]|[{\[][ \t]*\r?\n|\{\"|\[\{|windows registry editor|regedit4|"
    r"(?:encoding|pbversion)=|hkey_|computer[ \t]*\r?\n|dn:|\[peer|\[version\]|\[unicode\])",
    re.IGNORECASE,
)
"""The begin of a line that only an export has, never a report."""
_FOREIGN_MEMBERS = late(
    r"\"[A-Z][a-z]++[A-Z][A-Za-z]*+\"\s*:\s*[\"\[{tf]|\"[a-z]{2,8}\"\s*:\s*\"(?:HKEY_|HKLM)",
)
"""Member names of Windows' objects, and registry paths. Our output has such names for counts alone."""
_LAST_TAGS = ("</testsuites>", "</svg>", "</html>")
_OVERLAP_BYTES = 256

_NEVER_RUN = frozenset({*DOCUMENTS, ".duckdb", ".db", ".parquet"})
"""File name endings of reports that Windows neither runs nor imports, and that no format reads."""
_PAGES_AND_TABLES = frozenset({".csv", ".html", ".htm"})
"""File name endings of reports that may have commands at the start of a line, and that Windows does not run."""
_RUN = frozenset(
    (".cmd", ".bat", ".ps1", ".psm1", ".psd1", ".vbs", ".js", ".wsf", ".reg", ".inf", ".pol", ".wfw", ".nsh")
)
"""File name endings that Windows runs or imports."""
_CONFIGURATIONS = frozenset({"ipseclint.toml", "pyproject.toml"})

_MADE_BY = (b"made by ipseclint ", b"for ipseclint.")
"""The words at the head of our scripts; whether a script is ours is decided by its seal."""


def is_own(source: Source) -> bool:
    """Whether a source is a report, a store, or a configuration of ipseclint. Raises SourceError."""
    path = PurePosixPath(source.path)
    suffix = path.suffix.casefold()
    if suffix in _RUN:
        return False
    is_ours = path.name.casefold() in _CONFIGURATIONS or _OWN.match(_beginning(source)) is not None
    if not is_ours or suffix in _NEVER_RUN:
        return is_ours
    if suffix in _PAGES_AND_TABLES:
        return not _is_more(source)
    if _DIFFERS.match(_beginning(source)) is not None:
        return _is_difference(source)
    return not (_holds_policy(source) or _is_more(source))


def is_own_script(source: Source) -> bool:
    """Whether a source is a script that ipseclint wrote, unchanged. Raises SourceError."""
    head = source.head[:_HEAD_BYTES].replace(b"\0", b"")
    return any(words in head for words in _MADE_BY) and is_sealed(source.read_text())


def _beginning(source: Source) -> bytes:
    """The beginning of a source, in lower case, without marks, blanks and colours."""
    return _plain(source.head[:_HEAD_BYTES]).lstrip(_BEFORE)


def _holds_policy(source: Source) -> bool:
    """Whether a command begins a line, or a reader finds policy in the source, beyond refused commands."""
    if _begins_a_command(source):
        return True
    format_ = recognise(source)
    if format_ is None or format_.name == OUTPUT_STRINGS:  # strings of a report quote commands and outputs
        return False
    # A shell would take the number of a line that a report shows for what is handed to the command behind it; what
    # an explanation quotes is read in tickets, where people quote commands so.
    unquoted = bytes_source(source.path, _SHOWN_LINE.sub("", source.read_text()).encode("utf-8", "surrogatepass"))
    return not format_.parse(unquoted).policy.model_copy(update={"refused_commands": ()}).is_empty


def _is_more(source: Source) -> bool:
    """Whether something follows a report, or stands in it, that no report has: another document, or an export."""
    if _SETS.match(_beginning(source)) is not None:
        return not _is_toml(source.read_text())
    if suffix_of(source.path) == ".csv":
        return not _is_table(source.read_text())
    begin = source.head_text.lstrip()
    if begin.startswith(("{", "[{", "[\n")):
        text = source.read_text()
        return _FOREIGN_MEMBERS.search(text) is not None or not _is_json(text)
    if begin.startswith("<"):
        text = source.read_text().rstrip()
        return not text.endswith(_LAST_TAGS) or text.count(text[text.rindex("<") :]) > 1
    return any(_EXPORT.search(block.text) for block in source.text_blocks())


def _is_table(text: str) -> bool:
    """Whether all rows of a CSV text have the same number of cells."""
    limit = csv.field_size_limit(len(text) + 1)  # the commands of a great repair are one cell
    try:
        return len({len(row) for row in csv.reader(io.StringIO(text, newline="")) if row}) == 1
    except csv.Error:
        return False
    finally:
        csv.field_size_limit(limit)


def _is_toml(text: str) -> bool:
    from ipseclint.toml_documents import toml_document

    try:
        toml_document(text)
    except ValueError:
        return False
    return True


def _is_json(text: str) -> bool:
    """Whether a text is one JSON document, or one on each line."""
    for documents in ((text,), text.splitlines()):
        try:
            for document in documents:
                msgspec.json.decode(document, type=msgspec.Raw)
        except msgspec.DecodeError:
            continue
        return True
    return False


def _is_difference(source: Source) -> bool:
    """Whether a source is the output of `fix --diff`, to its last line: it repeats lines of a script as they are."""
    removed = added = 0
    for line in source.read_text().splitlines():
        if removed or added:
            removed -= line[:1] in {" ", "-"}
            added -= line[:1] in {" ", "+"}
            if line[:1] not in {" ", "-", "+"} or min(removed, added) < 0:
                return False
        elif hunk := _HUNK.fullmatch(line):
            removed, added = (int(count or 1) for count in hunk.groups())
        elif not line.startswith(("--- ", "+++ ")):
            return False
    return not (removed or added)


def _begins_a_command(source: Source) -> bool:
    before = b""
    for block in source.blocks():
        text = before + _plain(block).replace(b"^", b"")
        if _COMMAND.search(text):
            return True
        before = text[-_OVERLAP_BYTES:]
    return False


def _plain(block: bytes) -> bytes:
    text = block.replace(b"\0", b"").lower()
    return _COLOURS.sub(b"", text) if b"\x1b" in text else text
