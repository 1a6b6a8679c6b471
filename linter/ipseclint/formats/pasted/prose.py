"""Prose around pasted output without any marks: a ticket, a mail, a forum thread.

    I've added the following, and it's still error 789:           left out
    [HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\...]             a block
    On the server I ran `netsh advfirewall consec add rule ...`   the command, in its columns

A line is prose if it reads like a sentence: mostly words, some of them a language's function words. Text between such
lines keeps its place and is read by its own format.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import compress, count
from typing import TypeAlias

from ipseclint.late import late
from ipseclint.source import DOCUMENTS
from ipseclint.vocabulary import registry_keys, services

LETTERS = frozenset({"", ".txt", ".text", ".log", ".eml", ".msg"})
"""How the names of files end in which people write."""
WRITTEN = LETTERS | frozenset(DOCUMENTS)
"""The same, and those of documents."""
_GREETING = (
    "(?i:hi|hello|hey|dear|greetings|good (?:morning|afternoon|evening|day)|all|team|folks"
    "|hallo|moin|servus|liebe[rs]?|(?:sehr )?geehrte[rs]?|guten (?:tag|morgen|abend)"
    "|bonjour|bonsoir|salut|ch(?:er|\u00e8re)s?|hola|buen[ao]s (?:d\u00edas|tardes)|estimad[oa]s?|ol\u00e1"
    "|bom dia|boa tarde|prezad[oa]s?|ciao|salve|buongiorno|gentil[ei]|beste|geachte|hej|hei"
    "|cze\u015b\u0107|dzie\u0144 dobry|merhaba|\u043f\u0440\u0438\u0432\u0435\u0442"
    "|\u0437\u0434\u0440\u0430\u0432\u0441\u0442\u0432\u0443\u0439\u0442\u0435"
    "|\u0434\u043e\u0431\u0440\u044b\u0439 \u0434\u0435\u043d\u044c)"
)
"""The first words of a mail, without a mark behind."""
_MENTION = r"(?:@[^\W\d_][\w.-]{0,40}|\[[~@][^\[\]\r\n]{1,80}\]|<@\w{1,20}(?:\|[^<>\r\n]{1,40})?>)"
"""A name to which a chat, a forum or Jira sends what is written."""
_NAMED = rf"(?:[^\W\d_][\w.'\u2019-]{{0,30}}|{_MENTION}|[&/+\u2600-\u27bf\U0001f300-\U0001faff]|\([^()\r\n]{{1,40}}\))"
_GREETED = (
    rf"(?:{_GREETING}(?:[ ,/]{{1,2}}{_NAMED}){{0,6}}?[ ]?[,!]"
    rf"|(?<![ \t>])(?:/?cc:?[ ])?{_MENTION}(?:[ ,]{{1,2}}{_NAMED}){{0,4}}?[ ]?[,!:])(?=[ \t]*\r?$)"
)
"""A line that greets or calls those who are to read what is below it: `Hi @bob,`, `@bob:`, `Dear Mr. O'Neil,`."""
_MAY_STAND = late(
    r"(?![^\r\n:`\u00b7]{1,60}[ \t]:(?:[ \t]|\r?$))"  # a name and a value, which is no prose
    r"[ \t>]{0,6}(?:(?:[-*\u2022][ ]|\d{1,2}[.)][ ])?[\"'(]?[^\W\d_][^\r\n:=<{;|]{0,40} [^\r\n]{8,}"
    rf"|{_GREETED})"
)
_GREETS = late(_GREETED)
_CALLED = late(r"[^\W\d_]{2,20}(?:[ ][^\W\d_]{1,20}){0,2}[ ]?,[ \t]*\r?")
"""A line above a script that calls its reader by name, or thanks for it: elsewhere it may be one of a list."""
_OF_SCRIPT = late(r"\$\w{1,40}[ \t]*=|netsh[ ]|(?:new|set|add|remove|enable|disable)-[a-z]", re.IGNORECASE)
_OF_LANGUAGES = (
    "the a an is are was we i i'm i've i'd it it's its this that these to of and or but on in with for from not have",
    "has had can can't cannot when after then my our you your been be does do don't did didn't what any anybody how if",
    "so there here as at by they still just also get gets only",
    "der die das ein eine ist sind war wir ich es dies diese zu von und oder aber auf im mit f\u00fcr aus nicht hat",
    "haben kann wenn nach dann mein unser sie wie auch noch nur beim",
    "le la les un une est sont nous je il ce cette \u00e0 de du des et ou mais sur dans avec pour pas ont peut quand",
    "el los las una es son yo esto esta y pero en con para no ha han puede cuando despu\u00e9s mi",
    "os um uma \u00e9 s\u00e3o que n\u00e3o com eu ele isso mas nas nos foi tamb\u00e9m j\u00e1 meu minha",
    "il gli uno \u00e8 sono che non ma ho hanno pu\u00f2 quando dopo mio anche questo",
    "het een niet ik wij maar dat dit zijn heeft naar ook nog mijn voor bij",
    "\u0438 \u043d\u0435 \u044f \u0447\u0442\u043e \u043d\u043e \u0438\u0437 \u043a\u0430\u043a \u044d\u0442\u043e",
    "och men det inte att \u00e4r jag som ett og ikke jeg ve ama bir bu i\u00e7in ile de\u011fil",
    "nie jest si\u0119 na do ale mam jak po ju\u017c \u017ce to przy tylko",
)
_SMALL = frozenset(word for words in _OF_LANGUAGES for word in words.split())
"""Function words, which only sentences have, in English, German, French, Spanish, Portuguese, Italian, Dutch, Russian,
the languages of Scandinavia, Turkish and Polish."""
_NO_SENTENCE = late(
    r"(?:get|set|new|add|remove|enable|disable|import|export|write|start|stop|restart|invoke|test|show|copy|rename|out)"
    r"-[a-z]|@?echo\b|(?:rem|title|msg)[ ]|(?:call|if|for|set|start|goto|pause|choice|cd|copy|del|exit|type|net|sc|reg"
    r"|netsh|wevtutil|powershell|pwsh|cmd|rasdial|ping|param|function|try|catch|return|sudo|ipsec|swanctl|conn|config)\b"
    r"(?![,.!?']|[ ](?:you|i|we|the|it|this|that|me|my|anybody|anyone|someone)\b)",
    re.IGNORECASE,
)
"""How commands and settings begin."""
_PROPERTY = late(
    r"[^\r\n]{0,60}\d\d:\d\d:\d\d|[^\r\n:]{1,60}(?:[ \t]+:(?:[ \t]|$)|:[ \t]{2,}\S)"
    r"|[^\r\n]{0,60}?[\w\])}](?:[ ]{3}|\t)[ \t]*\S|[\w.-]{1,60}(?:[ \t]+=[ \t]|[ \t]*=[ \t]*[\"'])"
    r"|\"[^\"\r\n]{0,200}\"(?:[ \t]*:|,$)"
    r"|(?:No\. of [A-Z][A-Za-z.]{3,20}|(?:Rule|Policy|Filter(?:List|Action)) Name):[ ]"
)
"""A line with a time, with a name and a value, in columns, or a member or text of JSON; a label of netsh."""
_MARKS = late(r"[ ]{0,4}(?![ \t])(?:>[ ]?)*(?:[-*\u2022][ ]|\d{1,2}[.)][ ])?")
_POST = late(r"\S{1,40} \u00b7 [^\r\n]{1,80}")
"""The head of a comment: who wrote it and when."""
_FILE = late(r"[\w-]{1,40}\.(?:pbk|reg|conf|secrets|txt|xml|cmd|bat|ps1|json|csv|log|inf)", re.IGNORECASE)
"""The name of a file that a caption announces: `Here is my rasphone.pbk:`."""
_FAR_EAST = late(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]{4}")
_SPAN = late(r"(?<!`)`([^`\r\n]{8,2000})`(?!`)")
_QUOTED_COMMANDS = late(r"[ \t]*(?:`[^`\r\n]{8,2000}`[ \t]*)+\r?")
"""A line that is nothing but text between backticks."""
_COMMAND = late(
    r"(?P<shell>netsh|reg|sc|net)(?:\.exe)?[ ]|(?:\$\w{1,40}[ ]?=[ ]?)?[A-Za-z]{2,12}-[A-Za-z0-9]{3,60}(?=[ ])",
    re.IGNORECASE,
)
PARAMETER = late(r"[a-z]{2,12}-\w{3,60} +-(?!all\b|revert\w{1,20}\b)\w{1,60}", re.IGNORECASE)
"""A cmdlet with one of its parameters and no value: a sentence speaks of the parameter; few take no more."""
_WITHIN = late(
    r"\b(?:netsh(?:\.exe)?[ ](?:(?!netsh)[^\r\n]){0,80}?\b(?:ipsec[ ](?:static|dynamic)|consec|mainmode|set[ ]global)\b"
    r"[^\r\n]{0,80}?="
    r"|netsh(?:\.exe)?[ ]advfirewall[ ]set[ ]global[ ]\S+[ ]\S+[ ]\S+[:-]"
    r"|(?:add|set|new|remove)-(?:vpn|netipsec)[a-z0-9]{3,50}[ ]+-[a-z]"
    r"|reg(?:\.exe)?[ ](?:add|delete)[ ]\"?hk[^\r\n]{0,120}\\(?:policyagent|ikeext|rasman)\b)",
    re.IGNORECASE,
)
"""A command in a sentence, with something that it takes."""
_CALL = late(
    r"^[ \t]*(?:\$\w+[ \t]*=|[a-z]{2,12}-[a-z]\w+[ \t]*\r?$|(?:foreach|if|function|param|try)\b[^\r\n]{0,80}[({])"
    r"|\b[a-z]{2,12}-[a-z]\w+(?:[ \t]+-[a-z]|[ \t]+[@$\"'(]|[ \t]*[|`;)])|\bnetsh[ ][^\r\n]{1,200}=",
    re.IGNORECASE | re.MULTILINE,
)
"""A cmdlet with what it is told or where it gives to, an assignment, or a command of netsh with a value."""
_HOLDS_TEXT = ("<#", '@"', "@'")
"""What begins a text of a script in which prose stands rightly."""
_OF_CERTUTIL = late(
    r"Cannot find the certificate and private key for decryption\.|Private key is (?:NOT )?(?:plain text )?exportable"
    r"|Impossible de trouver le certificat et la cl\u00e9 priv\u00e9e pour le d\u00e9chiffrement\."
)
"""What `certutil -store` says of a certificate, which nobody has written (public listings in English and French)."""
_LETTERS_OF_WORD = late(r"[^\W\d_]+(?:'[^\W\d_]+)?")
IsProse: TypeAlias = Callable[[str], bool]
"""A test whether a line reads like a sentence: `is_prose`, or a cached form of it."""
_ELISION = late(
    r"n't$|'(?:re|ve|ll|m)$|^(?:[cdjlmnst]|qu|lorsqu|puisqu|jusqu|quelqu|aujourd|dell|nell|all|sull|dall|un)'",
    re.IGNORECASE,
)
"""A word that two have become in English, French or Italian; a name has `'s` as well."""
_AROUND_WORDS = ".,;:!?()\"'*_\u201c\u201d\u00bb\u00ab"
_NO_LETTERS = {code: " " for code in range(128) if not chr(code).isalpha()}
_NO_LETTERS_OF_LINES = {code: sign for code, sign in _NO_LETTERS.items() if chr(code) != "\n"}
_ENDS = ",!?:"
"""What a short sentence ends with: a greeting, a question, what announces the next line."""
_ENDS_OF_ONE = (":", ".")
"""What a line may end with that has one small word alone."""
_FEW_WORDS = 4
_FEW_SMALL = 8
"""Up to so many words it is quicker to look for each in a whole text than to take all of its lines apart."""
_SHARE_OF_WORDS = 0.65
"""So much of a sentence is plain words (reasoned: names of products, addresses and settings stand in tickets)."""
_MANY_SMALL, _LEAST_SHARE = 3, 0.5
"""Of a sentence with so many function words, so much (reasoned: one that lists what is set has fewer plain words)."""

COMMAND = late(
    r"\bnetsh(?:\.exe)?[ \t]{1,8}(?:ipsec[ \t]{1,8}(?:static|dynamic)|advfirewall[ \t]{1,8}(?:consec|mainmode))"
    r"[ \t]{1,8}(?:add|set|delete)[ \t]{1,8}\w+[ \t]{1,8}\w+=\S{1,80}"
    r"|\bnetsh(?:\.exe)?[ \t]{1,8}advfirewall[ \t]{1,8}set[ \t]{1,8}\w+[ \t]{1,8}\w+[ \t]{1,8}[\w:-]{1,80}"
    r"|\breg(?:\.exe)?[ \t]{1,8}(?:add|delete)[ \t]{1,8}\"?hk[^\r\n]{0,120}?"
    rf"(?:{registry_keys.MENTIONS}|{registry_keys.SERVICES})"
    rf"|\bsc(?:\.exe)?[ \t]{{1,8}}(?:config|delete)[ \t]{{1,8}}(?:{services.OF_IPSEC})\b"
    rf"|\bset-service[ \t]{{1,8}}(?:-name[ \t]{{1,8}})?(?:{services.OF_IPSEC})[ \t]{{1,8}}-start"
    r"|\b(?:New|Set|Remove|Enable|Disable|Copy)-NetIPsec[A-Za-z0-9]{1,30}[ \t]{1,8}-[A-Za-z]{1,30}"
    r"|\b(?:Add|Set)-Vpn[A-Za-z0-9]{1,30}[ \t]{1,8}-[A-Za-z]{1,30}",
    re.IGNORECASE,
)
"""A command with the first word of its arguments; prose has the name alone."""
_OF_NO_COMMAND = late(r"(?![^=]*=)[^\r\n]*\bnetsh(?:\.exe)?[ \t]+(?:ipsec|advfirewall)[ \t]+[^\W\da-z_]", re.IGNORECASE)
"""The name of a context of netsh, behind which a word begins with a letter that no command of netsh has."""
_SIGNS_OF_COMMANDS = ("-", "netsh", "reg", "sc")
"""One of these stands in every such line, in lower case: quicker to look for."""


def may_stand(text: str, is_prose: IsProse, words: Callable[[], str] | None = None) -> bool:
    """Whether prose may be between pasted parts, judged by the shape of lines.

    `words` gives the folded words, if the lines are distinct.
    """
    if ("#" in text or "@" in text) and any(sign in text for sign in _HOLDS_TEXT):
        return False
    if _is_called(text):
        return True
    small = _SMALL if words is None else _SMALL.intersection(words().translate(_NO_LETTERS).split())
    lines = _may_be_prose("\n".join(set(text.split("\n"))) if words is None else text, small)
    return any(is_prose(match[0]) for match in map(_MAY_STAND.match, lines) if match is not None)


def _is_called(text: str) -> bool:
    """Whether a text begins with a script below a line that calls its reader."""
    first, _, rest = text.lstrip().partition("\n")
    return _CALLED.fullmatch(first) is not None and _OF_SCRIPT.match(rest.lstrip()) is not None


def without_call(text: str) -> str:
    """A text with blanks for a first line that greets or calls its reader: a comma there is no list of PowerShell."""
    first, end, rest = text.partition("\n")
    is_call = _CALLED.fullmatch(first) is not None or _GREETS.match(first) is not None
    return f"{' ' * len(first)}{end}{rest}" if is_call else text


def _may_be_prose(text: str, small: frozenset[str] = _SMALL) -> Iterator[str]:
    """The lines that may read like a sentence with one of the `small` words; a fast filter."""
    lines = text.split("\n")
    if not text.isascii() or "`" in text or "'" in text:
        yield from (line for line in lines if not line.isascii() or "`" in line or "'" in line)
    if any(map(text.__contains__, _ENDS)):
        for line in lines:
            end = line.rstrip()[-1:]
            if end and end in _ENDS and (end != ":" or "." in line):  # a greeting, a question, the name of a file
                yield line
    if small:
        once, twice = _rows_with(small, text)
        yield from (lines[row] for row in once if row in twice or lines[row].rstrip()[-1:] in _ENDS_OF_ONE)


def _rows_with(small: frozenset[str], text: str) -> tuple[set[int], set[int]]:
    """The rows, from 0, with one of these words, and with two; few words are searched that occur in many lines."""
    once: set[int] = set()
    twice: set[int] = set()
    letters = text.casefold().translate(_NO_LETTERS_OF_LINES)
    if len(small) > _FEW_SMALL:
        for row, words in enumerate(letters.split("\n")):
            if found := small.intersection(words.split()):
                (twice if len(found) > 1 else once).add(row)
        return once | twice, twice
    lines = f" {letters} ".replace("\n", " \n ").split("\n")
    for word in small:
        sign = f" {word} "
        rows = {row for row, line in enumerate(lines) if sign in line}
        twice |= once & rows
        once |= rows
    return once, twice


def names_only(text: str) -> bool:
    """Whether a text mentions cmdlets without calling any: none has arguments."""
    return _CALL.search(text) is None


def may_command(line: str) -> bool:
    """Whether such a command may stand on a line; a fast test."""
    folded = line.casefold()
    return any(sign in folded for sign in _SIGNS_OF_COMMANDS)


def speaks_of_commands(line: str) -> bool:
    """Whether a line is a sentence that gives no command: behind netsh, too, stands a word that no command has."""
    return (is_prose(line) and COMMAND.search(line) is None) or _OF_NO_COMMAND.match(line) is not None


def begins_command(line: str) -> bool:
    """Whether a line begins as commands and settings do."""
    return _NO_SENTENCE.match(line) is not None


def is_prose(line: str) -> bool:
    """Whether a line reads like a sentence."""
    if _has_elision(line) or _GREETS.match(line) is not None:
        return True
    has_few_words = len(line.split()) < _FEW_WORDS and line.rstrip()[-1:] not in _ENDS
    if has_few_words and line.isascii() and "`" not in line:
        return False
    marks = _MARKS.match(line)
    if marks is None:
        return False
    text = line[marks.end() :]
    text = (_SPAN.sub("", text) if "`" in text else text).strip()
    if "\u00b7" in text and _POST.fullmatch(text):
        return True
    if not text or not (text[0].isalpha() or text[0] in "\"'(\u201c\u00bf\u00a1\u00ab*_"):
        return False
    if text.isascii() and not _may_be_sentence(text):
        return False
    if _NO_SENTENCE.match(text) or _PROPERTY.match(text) or text.endswith((" `", "^")):
        return False
    if _OF_CERTUTIL.fullmatch(text) is not None:
        return False
    if _FAR_EAST.search(text) and "=" not in text and ":" not in text and "\uff1a" not in text:
        return True
    words = _words(text)
    plain = sum(word.isalpha() or word.replace("'", "").replace("-", "").isalpha() for word in words)
    if len(words) <= _FEW_WORDS and text[-1] in ",!?":
        return plain == len(words)
    small = {word.casefold() for word in words} & _SMALL
    if len(words) <= _FEW_WORDS and text[-1] == ":":
        files = sum(_FILE.fullmatch(word) is not None for word in words)
        return plain + files == len(words) and (bool(files) or (len(words) > 1 and bool(small)))
    is_short = text[-1] == "." and plain == len(words) and bool(small) and words[0].casefold() in _SMALL
    share = _LEAST_SHARE if len(small) >= _MANY_SMALL else _SHARE_OF_WORDS
    return len(words) >= _FEW_WORDS and (is_short or (len(small) > 1 and plain >= share * len(words)))


def _words(text: str) -> list[str]:
    """The words of a line without the marks around them; a mark that stands alone is none."""
    words = (word.strip(_AROUND_WORDS) for word in text.replace("\u2019", "'").split())
    return [word for word in words if word]


def _has_elision(line: str) -> bool:
    """Whether a line is words alone, one of them made of two, as in `Merci d'avance`: no command has such a word."""
    if line[:1].isspace() or not ("'" in line or "\u2019" in line):
        return False
    words = _words(line)
    parted = [word for word in words if "'" in word]
    return (
        len(words) > 1
        and all(word.replace("'", "").replace("-", "").isalpha() for word in words)
        and (any(map(_ELISION.search, parted)) or (bool(parted) and words[0][0].isupper()))
        and _NO_SENTENCE.match(line) is None
    )


def _may_be_sentence(text: str) -> bool:
    """Whether ASCII text has enough words, small ones among them; a fast test that most output lines fail."""
    last = text[-1]
    if last in _ENDS and (last != ":" or "." in text):
        return True  # a greeting, a question, the name of a file
    folded = text.casefold()
    if last != ":" and len(folded.split()) < _FEW_WORDS:
        return False
    words = _LETTERS_OF_WORD.findall(folded) if "'" in folded else folded.translate(_NO_LETTERS).split()
    return len(_SMALL.intersection(words)) > (last not in _ENDS_OF_ONE)


def blocks_between(lines: Mapping[int, str], is_prose: IsProse) -> Iterator[dict[int, str]]:
    """The blocks between prose lines, and the commands quoted within these, by line number."""
    spans: dict[bool, dict[int, str]] = {True: {}, False: {}}
    once = set(lines.values())
    prose = {line for line in _may_be_prose("\n".join(once)) if is_prose(line) or _QUOTED_COMMANDS.fullmatch(line)}
    unended = {line for line in once if line.rstrip().endswith((" `", "^"))} if prose else set()
    rows, texts = list(lines.items()), list(lines.values())
    begin = 0
    for at in compress(count(), map(prose.__contains__, texts)):
        if at and texts[at - 1] in unended:
            continue  # the line before goes on in it
        number, line = rows[at]
        if begin < at and any(map(str.strip, texts[begin:at])):
            yield dict(rows[begin:at])
        begin = at + 1
        for is_shell, own in spans.items() if "`" in line else ():
            commands = _commands(line, is_shell=is_shell)
            if commands:
                own[number] = commands
    if any(map(str.strip, texts[begin:])):
        yield dict(rows[begin:])
    yield from (commands for commands in spans.values() if commands)


def command_within(line: str, is_prose: IsProse) -> tuple[int, int] | None:
    """The offset and visible length of an unmarked command within a sentence."""
    match = _WITHIN.search(_SPAN.sub(lambda span: " " * len(span[0]), line)) if is_prose(line) else None
    return None if match is None else (match.start(), len(match[0]))


def _commands(line: str, *, is_shell: bool) -> str:
    """The commands between backticks on a line, in their columns, with the shell's separator between them."""
    shown = ""
    for span in _SPAN.finditer(line):
        command = _COMMAND.match(span[1])
        if command is None or (command["shell"] is not None) is not is_shell or PARAMETER.fullmatch(span[1]):
            continue
        parted = shown + (" & " if is_shell else ";") if shown else ""
        shown = parted.ljust(span.start(1)) + span[1]
    return shown
