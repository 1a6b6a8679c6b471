"""Cheap tests for which formats an input cannot have, so that few readers are loaded and asked."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from functools import cache, cached_property

from msgspec import Struct

from ipseclint.formats.carried.recognition import OF_SHELLS, SIGNS_OF_LOGS
from ipseclint.formats.netsh.recognition import is_mail
from ipseclint.formats.parsed import Format
from ipseclint.formats.pasted.prose import LETTERS
from ipseclint.formats.vpn import PHONE_BOOK
from ipseclint.late import late
from ipseclint.secrets.names import LongText, asked
from ipseclint.source import BINARY_SIGNATURES, DOCUMENTS, XZ, Source, begin_of, behind_comments, look_of, suffix_of


class Shape(StrEnum):
    """What the first character of an input tells: enough to exclude most readers."""

    XML = "xml"
    JSON = "json"
    BINARY = "binary"
    TEXT = "text"


_SECTION = late(r"\[(?![ \t]*[\r\n\[{\"\]])[^\r\n]*\][ \t]*(?:#[^\r\n]*)?(?:[\r\n]|$)")
"""The head of a section, as phone books and TOML begin with; no list of JSON stands alone on its line so."""


_BRACKET_OF_TEXT = late(
    r"\[sc\] |\[[^\[\]{}\",@\s]{1,80}@[^\[\]{}\",\r\n]{1,80}\][ ]?[>/~#$]|\[[a-z][\w -]{1,24}\]:? [a-z]"
    r"|\[[a-z][^\[\]{}\",\r\n]{0,80}\]@|\[(?!(?:true|false|null)\])[a-z]\w{0,20}\][^\s,\]}]"
    r"|\[-?hk(?:ey_[a-z_]{4,20}|lm)\\|\[[^\[\]{}\",\r\n]{1,400}\r?\n[ \t]*[\w-]{1,60}[ \t]*="
    r"|\[(?!(?:true|false|null)\b)[a-z][\w.]{0,200}"
    r"(?:\s{0,80}\(|(?:\[[\w., \[\]]{0,200}\])?\]\s{0,80}(?:[$@('\"\[]|::))"
    r"|\[[^\]\n]*\]\("
    r"|\[[~*]?[a-z][\w./-]{0,60}\] ?[a-z]"
    r"|\[[ ]{0,8}\d{1,8}(?:[-/.:T ]{1,2}\d{1,4}){0,8}(?:[.,]\d{1,9})?"
    r"(?: ?[ap]\.?m\.?)?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?\]:?[ \t]{0,4}[\w<|(]",
    re.IGNORECASE,
)
"""How a script of PowerShell, a document of Markdown, a log, what `sc` prints, a prompt of RouterOS, a registry file
or a phone book begins with a bracket, as JSON does.

A log or a chat has a time or a number in it, with words behind, which no list of JSON has.
"""


_TAGS_OF_JINJA = ("{%", "{#", "{{")
"""How a template begins, and no JSON."""
_MACRO = late(r"\{[a-z]{4,12}(?::[^{}\"\r\n]{0,120})?\}")
"""A macro of Jira or Confluence (`{panel:title=Rules}`): a name of JSON stands in quotation marks."""
_NO_MARKUP = late(r"<(?:#|\d{1,3}>|[\w.-]{1,60}>[ \t]?(?:system-view|display ))")
"""How a comment of PowerShell begins, or a line of syslog."""
_TAG_OF_MARKDOWN = late(r"<(?:details|summary|br|img|kbd|b|i|a|sub|sup|strong|em)\b", re.IGNORECASE)
"""A tag with which documents of Markdown begin and none of XML or HTML does."""
_RECORD = late(r"Record \d{1,12}[ \t]*\r?\n\{")
"""How evtx_dump begins, whose records are JSON."""

_PAGE = late(
    r"\s*+(?:(?><!--.{0,2000}?-->|<\?xml[^>]{0,200}\?>)\s*+)*+<(?:"
    r"!doctype\s+(?:html|book|article|chapter|section|refentry|appendix|topic|task|concept|reference)"
    r"|html|head|body|p|h[1-6]|div|dl|dt|dd|pre|book|article|chapter|sect(?:ion|[1-5])|refentry|appendix|ac:[\w-]{1,40})\b",
    re.IGNORECASE | re.DOTALL,
)
_FENCE_ALONE = late(r"^[ \t]{0,3}`{3}[\w+#.-]{0,20}[ \t]*\r?$", re.MULTILINE)

_ROOT = late(r"[\s\ufeff]*+(?:<[?!][^<>]{0,400}>\s*+){0,8}<([A-Za-z][\w:.-]{0,60})[\s>]")
"""How a document begins, with the name of its root."""
_DECLARATION = "\n<?xml "
"""How a document begins below another."""
_BELOW = late(r"[ \t]*\r?\n\s*(?:(?P<text>[^<\s])|<\?xml\s|<(?P<root>[A-Za-z][\w:.-]{0,60})[\s>])")
"""What stands behind the end of a document: text, or another document."""
ROOTS = frozenset(
    {
        *("Event", "Events", "Objs", "Objects", "VPNProfile", "NativeProfile", "CryptographySuite", "SyncML", "plist"),
        *("VpnProfile", "AzVpnProfile", "VpnSettings", "vpn_connection", "pfsense", "opnsense", "RegistrySettings"),
        *("NTServices", "PolicyRules", "GroupPolicyBackupScheme", "GPO", "Rsop", "wfpstate", "wfpdiag", "netEvents"),
    }
)
"""The roots of documents that are read: one below another begins another document."""
_OF_SYNCML = frozenset({"SyncML", "Atomic", "Add", "Replace"})
"""The roots of documents of SyncML, of which one below another is a part of it."""
_NEVER_NESTED = frozenset({"Event"})
"""Roots that may follow each other, of which none is in another."""

NO_DECLARATIONS = (*DOCUMENTS, ".ps1", ".psm1", ".cmd", ".bat", ".reg", ".log", ".csv", ".xml", ".eml", ".py")
"""Names of files whose texts have readers that know how they are written."""
_PARTS_OF_USER_DATA = ("#cloud-config", "#ps1", "<powershell>", "text/x-shellscript", "text/cloud-config")
"""What the parts of a machine's user data are."""
_BLOCK_OF_DOCUMENT = late(
    r"(?:\|[+-]?\d?[+-]?|>[+-]?\d?[+-]?|<<[-~]?[\"']?[a-z_]\w{0,40}[\"']?(?:[.,)][^\r\n]{0,100})?"
    r"|@\([ \t]*\"?[a-z_][\w:/\"]{0,80}[ \t]*\)[^\r\n]{0,40}|'''|\"\"\")[ \t]*\r?\n\s{0,400}"
    r"(?:(?:#[^\r\n]{0,200}\r?\n\s{0,200}){0,20}(?:connections|secrets|(?:conn|child)-defaults|authorities)[ \t]*\{"
    r"|(?:[#;][^\r\n]{0,200}\r?\n\s{0,200}){0,20}(?:conn[ \t]|config[ \t]+setup|[^\r\n]{0,200}:[ \t]*psk\b)"
    r"|(?:<\?xml[^<>]{0,100}\?>\s{0,100})?<vpnprofile\b|windows registry editor|\[(?:version|unicode)\][ \t]*\r?\n"
    r"|\[[^\]\r\n]{1,200}\][ \t]*\r?\n[ \t]*(?:encoding|pbversion)=)",
)
"""A block of a declaration that begins like a document of another format, in folded text. Each way in which it begins
has a sign of its own for its first, and nothing is folded: so the engine passes over all others."""
PRINTED_SIGNS = (
    *("secmethods", "endpoint1", "auth1", "defaultexemptions", "ipsecthroughnat", "strongcrlcheck", "saidletimemin"),
    *("keylifetime", "offer", "localconsec", "-" * 20),
)
"""Labels of which `netsh advfirewall` prints one in every language, and what it rules, in lower case."""
_PRINTED, _LOOKS_PRINTED = (
    late(rf"(?:{'|'.join(signs)})[a-z0-9]*+(?![ \t]*=)") for signs in (PRINTED_SIGNS, map(look_of, PRINTED_SIGNS))
)
"""One of them as it is printed, and its look: a script that sets the same has a `=` behind it."""

NAMED_AS_TABLES = frozenset({".csv", ".tsv", ".tab"})
TABLES = LETTERS | NAMED_AS_TABLES
"""How the names of files end that may be a table with cells of several lines."""
_OPENS_CELL = late(r'"(?<![^\n,;\t|]")(?:[^"\r\n]++|"")*+\r?$', re.MULTILINE)
"""The line on which such a cell begins. What stands before its mark is asked behind it: the mark is what is sought."""

BEGINNING_CHARACTERS = 2048
"""How much of a text tells that it is no script (reasoned: outputs, logs and files of peers show themselves there)."""


class Sought(Struct, frozen=True):
    """Signs, one of which must be in an input, in the spelling of its texts.

    `alone` are those that are found by themselves, the first of them the likeliest. Of the `others` a word is looked
    for first, then the sign as its line is spelt, then the sign; `words` are all that need to be looked for of these.
    """

    alone: tuple[str, ...]
    words: tuple[str, ...]
    others: tuple[tuple[str, str, str], ...]

    @classmethod
    def of(cls, signs: Iterable[str], spelt: Callable[[str], str] = str) -> Sought:
        """Signs in the spelling of the text in which they are looked for: of a sign with blanks its longest word."""
        parts = [(spelt(max(sign.split(), key=len)), spelt(sign), sign) for sign in signs]
        alone = _shortest([word for word, _, sign in parts if word == sign])
        others = [part for part in parts if not any(map(part[1].__contains__, alone))]
        return cls(alone, _shortest([word for word, _, _ in others]), tuple(others))

    def stands(self, words: str | LongText, spelt: Callable[[], str], lines: Callable[[], str]) -> bool:
        """Whether one of them is in a text, of which these are words, lines so spelt, and the lines themselves."""
        if isinstance(words, LongText):
            return words.holds_any(self.alone) or (words.holds_any(self.words) and self._are_spelt(words, spelt, lines))
        if any(map(words.__contains__, self.alone)):
            return True
        return any(map(words.__contains__, self.words)) and self._are_spelt(words, spelt, lines)

    def _are_spelt(self, words: str | LongText, spelt: Callable[[], str], lines: Callable[[], str]) -> bool:
        """Whether one of the others, of which words are there, is."""
        return any(
            look in spelt() and (look == sign or sign in lines()) for word, look, sign in self.others if word in words
        )


def _shortest(words: Sequence[str]) -> tuple[str, ...]:
    """The words in which no other one stands: where none of these is, none of all is."""
    apart = dict.fromkeys(words)
    together = "\n".join(apart)
    within = [word for word in apart if together.count(word) > 1]  # few stand anywhere but by themselves
    return tuple(word for word in apart if not any(other in word != other for other in within))


class Reader(Struct, frozen=True, eq=False, dict=True):
    """A module with FORMATS, and a cheap test for inputs that cannot be in any of them.

    At least one of `signs`, and one of `beside`, is in the head of every input that they recognise, in any case; empty:
    no sign is required. `may_be` is true for the folded text and path of every such input. No file whose name ends as
    one of `never` is such an input.
    """

    module: str
    shape: Shape
    signs: tuple[str, ...] = ()
    may_be: Callable[[Looked, str], bool] | None = None
    beside: tuple[str, ...] = ()
    never: tuple[str, ...] = ()

    @cached_property
    def sought(self) -> tuple[Sought, ...]:
        """The signs to look for."""
        return tuple(Sought.of(signs) for signs in (self.signs, self.beside) if signs)

    @cached_property
    def sought_by_look(self) -> tuple[Sought, ...]:
        """The signs to look for among looks."""
        return tuple(Sought.of(signs, look_of) for signs in (self.signs, self.beside) if signs)


FEW_READERS = 10
"""For so many a short text is searched as it is (reasoned: they have fewer signs than it has words)."""


class Looked(Struct, frozen=True):
    """A folded head and the texts to search for signs: words for the longest word of each, then lines.

    With `looks`, the words are those of the looks of lines: of these there are few even if no line is that of another.
    """

    head: Callable[[], str]
    lines: Callable[[], str]
    words: Callable[[], str | LongText]
    looks: Callable[[], str] | None = None
    known: dict[Reader, bool] = {}
    """Cached results of `has_sign_of`."""

    def has_sign_of(self, reader: Reader) -> bool:
        """Whether a sign of the reader is there, or it has none."""
        known = self.known.get(reader)
        if known is None:
            known, words = True, self.words()
            for sought in reader.sought if self.looks is None else reader.sought_by_look:
                known = known and sought.stands(words, self.looks or self.lines, self.lines)
            self.known[reader] = known
        return known

    @classmethod
    def through(cls, text: str) -> Looked:
        """Search a text as it is."""
        return cls(lambda: text, lambda: text, lambda: text)

    @classmethod
    def through_words(cls, text: str) -> Looked:
        """Search a text by its distinct words."""
        words = "\n".join(set(text.split()))
        return cls(lambda: text, lambda: text, lambda: words)

    @classmethod
    def through_parts(cls, source: Source) -> Looked:
        """Search the head of a source by its distinct lines and the words of their looks."""
        lines, looks = lambda: source.head_lines_folded, lambda: source.looks_folded
        return cls(lambda: source.head_folded, lines, lambda: source.look_words, looks)

    @classmethod
    def through_folded(cls, source: Source) -> Looked:
        """Search the head of a source as it is, by the engine if it is long."""
        text = asked(source.head_folded)
        return cls(lambda: source.head_folded, lambda: source.head_folded, lambda: text)

    @classmethod
    def through_head(cls, source: Source, shape: Shape, *, for_few: bool = False) -> Looked:
        """Search the head of a source: by its parts if it is long, but XML, which has few lines, as it is. So is a
        short one `for_few` readers, for which it is not taken apart."""
        if shape is Shape.BINARY:
            return cls.through("")
        if shape is Shape.XML:
            return cls.through_folded(source)
        if for_few and len(source.head_text) <= BEGINNING_CHARACTERS:
            return cls.through(source.head_folded)
        return source.once(cls.through_text)

    @classmethod
    def through_text(cls, source: Source) -> Looked:
        """Search the head of a source by its parts if it is long, else by its distinct words."""
        if len(source.head_text) > BEGINNING_CHARACTERS:
            return cls.through_parts(source)
        return cls(lambda: source.head_folded, lambda: source.head_folded, lambda: source.head_words)


def first_of(readers: Iterable[Reader], looked: Looked, path: str, is_of: Callable[[Format], bool]) -> Format | None:
    """The first format that a source has, among readers whose signs are in its head."""
    asked = (
        reader
        for reader in with_sign(readers, looked)
        if may_be_in(reader, path) and (not reader.may_be or reader.may_be(looked, path))
    )
    formats = (each for reader in asked for each in formats_of(reader.module))
    return next((each for each in formats if is_of(each)), None)


def is_of(source: Source) -> Callable[[Format], bool]:
    """The question whether a source has a format, which each is asked once: some readers ask others too."""
    return lambda form: source.once(form.recognise)


def may_be_in(reader: Reader, path: str) -> bool:
    """Whether a file of this name, or a part of it, may be an input of the reader."""
    return not path.casefold().endswith(reader.never)


def with_sign(readers: Iterable[Reader], looked: Looked) -> Iterator[Reader]:
    """The readers whose signs are there."""
    return filter(looked.has_sign_of, readers)


def shape_of(source: Source) -> Shape:
    """The shape of a source by its first bytes. Raises SourceError if it cannot be read."""
    if source.head.startswith((*BINARY_SIGNATURES, XZ)):
        return Shape.BINARY
    text = behind_comments(source.head_text.lstrip())
    if _BRACKET_OF_TEXT.match(text):
        return Shape.TEXT
    if text.startswith("<") and _NO_MARKUP.match(text) is None and not _is_markdown(text):
        return Shape.XML
    if _RECORD.match(text):
        return Shape.JSON
    if text.startswith(_TAGS_OF_JINJA) or _MACRO.match(text) is not None:
        return Shape.TEXT
    return Shape.JSON if text[:1] in {"[", "{"} and not _SECTION.match(text) else Shape.TEXT


def _is_markdown(text: str) -> bool:
    """Whether a text that begins with a tag or a comment is Markdown."""
    rest = text
    while rest.startswith("<!--") and (end := rest.find("-->")) >= 0:
        rest = rest[end + len("-->") :].lstrip()
    is_text = bool(rest) and not rest.startswith("<")
    return is_text or _TAG_OF_MARKDOWN.match(rest) is not None or (_begins_as_page(rest) and _is_fenced(text))


def is_one_element(text: str) -> bool:
    """Whether a text is one element of XML of a kind that no reader knows."""
    root = _ROOT.match(text)
    return root is not None and root[1] not in ROOTS and text.rstrip().endswith(f"</{root[1]}>")


def is_page(head: str) -> bool:
    """Whether a text begins like an HTML page, a part of one, or a DocBook book or article."""
    return _begins_as_page(head) and not _is_fenced(head)


def _begins_as_page(text: str) -> bool:
    """Whether the first tag of a text is one of a page; Markdown may begin with one too."""
    return _PAGE.match(text) is not None


def _is_fenced(text: str) -> bool:
    """Whether a text has a code block between Markdown fences."""
    return "```" in text and _FENCE_ALONE.search(text) is not None


_END_TAG = late(r"</[^<>]{1,200}>")


BEGINS_DOCUMENT = ("<", "{", "[")
"""How a line begins that may begin a document of XML or JSON."""


def has_text_below(head: str) -> bool:
    """Whether lines of text stand below a document of XML, or between events, which no reader of XML reads."""
    return next(ends_above_text(head), None) is not None and not is_page(head)


_BLANK_BYTES = b"\0 \t\r\n"


def has_text_below_json(source: Source) -> bool:
    """Whether lines of text, such as a prompt, stand below documents of JSON. A long one is read only if it ends as
    none of them does. Raises SourceError."""
    if source.is_in_head:
        return end_of_json(source.head_text) is not None
    is_alone = source.tail().translate(None, _BLANK_BYTES).endswith((b"]", b"}"))
    return not is_alone and end_of_json(source.read_text()) is not None


_OF_JSON = late(r"[,:\]}\"\0]|[^{}]*?\"[ \t]*:|[^{}]*[\]}],?[ \t]*\r?$", re.MULTILINE)
"""What stands behind a part of a damaged document: the rest of it."""


def end_of_json(text: str) -> int | None:
    """Where documents of JSON end that have text below them; None if there is none, or if one is damaged."""
    from json import JSONDecoder

    end, at = 0, begin_of(text)
    while text[at : at + 1] in {"{", "["}:
        try:
            end = JSONDecoder().raw_decode(text, at)[1]
        except (ValueError, RecursionError):
            return None
        at = begin_of(text, end)
    is_below = 0 < end < at < len(text) and "\n" in text[end:at]
    return end if is_below and _OF_JSON.match(text, at) is None else None


def ends_above_text(text: str) -> Iterator[int]:
    """Where documents end that have text, or a document of another kind, below them.

    One may follow another, as WFP's state has two. A declaration begins a document, whatever its root is.
    """
    at = declared = 0  # where the next declaration stands behind `at`
    ends: dict[str, int] | None = None  # made for the second document: to look back for each takes time by the square
    while (root := _ROOT.match(text, at)) is not None:
        end = f"</{root[1]}>"
        is_first = declared < root.end()
        if is_first:
            declared = text.find(_DECLARATION, root.end())
            declared, ends = len(text) if declared < 0 else declared, None
        if root[1] in _NEVER_NESTED:
            found = text.find(end, at)
        elif is_first:
            found = text.rfind(end, at, declared)
        else:
            ends = ends or {tag[0]: tag.start() for tag in _END_TAG.finditer(text, at, declared)}
            found = ends.get(end, -1)
        found = text.rfind(end) if found < at else found  # a declaration within a document is quoted in it
        if found < at:
            return
        at = found + len(end)
        below = _BELOW.match(text, at)
        if below is None:
            continue
        if below["root"] is None or _is_another(root[1], below["root"]):
            yield at
        if below["text"]:
            at = max(text.find("\n<", at), at)


def _is_another(root: str, below: str) -> bool:
    """Whether a root begins a document of another kind than the one that stands above it."""
    is_begun = below in ROOTS or (below in _OF_SYNCML and root in ROOTS)
    return is_begun and root != below and not {root, below} <= _OF_SYNCML


def begins(*beginnings: str) -> Callable[[Looked, str], bool]:
    """The question whether a text begins with one of these, in lower case."""
    return lambda looked, _path: looked.head().startswith(beginnings, begin_of(looked.head()))


def may_be_phone_book(looked: Looked, _path: str) -> bool:
    """Whether a text begins with a section, or with an entry, of a phone book."""
    return PHONE_BOOK.match(looked.head(), begin_of(looked.head())) is not None


def may_be_printed(looked: Looked, _path: str) -> bool:
    """Whether there may be output of `netsh advfirewall`, with or without its commands."""
    if looked.looks is None:
        return _PRINTED.search(looked.lines()) is not None
    return _LOOKS_PRINTED.search(looked.looks()) is not None


def may_be_of_wmic(looked: Looked, _path: str) -> bool:
    """Whether there is a property or a column Name, or a call of wmic."""
    lines = looked.lines()
    return any(sign in lines for sign in ("name=", "name  ", " startmode", "name state", "wmic"))


def may_be_carried(looked: Looked, path: str) -> bool:
    """Whether a text may be in another tool's language, which no shell script is, or a log of commands."""
    head = looked.head()
    may_be_log = head.startswith("[", begin_of(head)) or any(map(looked.lines().__contains__, SIGNS_OF_LOGS))
    return may_be_log or suffix_of(path) not in OF_SHELLS


def may_hold_documents(looked: Looked, _path: str) -> bool:
    """Whether a text may be a declaration with a block that begins like a document, or user data in several parts."""
    head = looked.head()
    if "multipart/" in head and any(map(head.__contains__, _PARTS_OF_USER_DATA)):
        return not is_mail(head)
    return _BLOCK_OF_DOCUMENT.search(head) is not None


def may_hold_cells(looked: Looked, path: str) -> bool:
    """Whether a text may be a table with a cell of several lines."""
    return may_be_table(looked.lines(), path)


def may_be_table(lines: str, path: str) -> bool:
    """Whether a text, of which these are lines, may hold such a table; programs quote texts of several lines too."""
    return suffix_of(path) in TABLES and _OPENS_CELL.search(lines) is not None


@cache
def formats_of(module: str) -> tuple[Format, ...]:
    """The formats of a reader's module, which is loaded for this."""
    formats: tuple[Format, ...] = importlib.import_module(f"ipseclint.formats.{module}").FORMATS
    return formats


def first_to_recognise(modules: Iterable[str], source: Source) -> str | None:
    """The first of some readers' modules whose format a source has; None if none is."""
    return next((module for module in modules if formats_of(module)[0].recognise(source)), None)
