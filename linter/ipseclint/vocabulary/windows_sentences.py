"""The sentences in which Windows tells an administrator why a connection failed, as people quote them.

Those of IKE are Windows' own texts of its errors; those of Remote Access the phrases that only one of them has. Only
sentences that nothing else says are taken: five words or more that name IKE, a mode or a certificate, and the short
ones that the dialog of a VPN connection shows alone. In other languages two of IKE and those of Remote Access are
recognised by their words; Chinese ones stand in github.com/hwdsl2/setup-ipsec-vpn issues 72, 802, 934 and 1391. A
number is taken where a text calls it an error: one of IKE anywhere, one of Remote Access, also as an HRESULT, in a text
about a VPN.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from msgspec import Struct

from ipseclint.late import late
from ipseclint.vocabulary.ike_notifies import NOTIFIED
from ipseclint.vocabulary.nps_reasons import CLIENT_ERRORS
from ipseclint.vocabulary.ras_errors import ras_errors
from ipseclint.vocabulary.windows_errors import error_texts, find_error

_OF_IKE = range(13800, 13910)
_SHORT = frozenset({13843, 13868})
_MIN_WORDS = 5
_PARTICULAR = late(r"\b(?:ike|ipsec|main mode|quick mode|machine certificate|negotiation)\b", re.IGNORECASE)
_CHINESE = {
    13801: ("身份验证", r"IKE\s?身份验证凭[证据]不可接受"),
    13806: ("计算机证书", r"IKE(?:v2)?\s?(?:无法找到|未能找到|找不到)有效的计算机证书"),
}
_NUMBER = late(
    r"(?:(?:(?<![^\W\d_])|(?<=vpn)|(?-i:(?<=[a-z])(?=E)))err(?:or)?(?:[ _]?code)?|"
    r"\bfehler(?:code|nummer|meldung)?|\bursachencode|\berreur|\berror[ei]?|\berro|\bfout(?:code)?|\bfe(?:j|i)?l(?:kode?n?)?|\bvirhe(?:koodi)?"
    r"|\bbłąd|\bbłęd(?:em|u)|\bchyb[auyo]u?|\bhiba(?:kód)?|\beroarea?|\bhata|\bσφάλμα|\bпомилк[аиу]|\bошибк(?:[аиуе]|ой)|\blỗi"
    r"|错误|錯誤|报错|報錯|エラー|오류|에러)"
    r"[\s:：#*_`'\"(=]{0,4}(?:code|nr\.|代?[码碼](?:为|為|是)?|为|為|コード(?:は)?|코드|kodu|is|was"
    r"|returned (?:on|upon|after) (?:failure|termination) is"
    r"|(?:r(?:etourn|envoy)é|restituito|devuelto|retornado|devolvido)"
    r"(?:[ ](?:en|in|na|em)[ ][\w ]{0,6}[d'’]?\w{3,10})?[ ](?:est|è|es|é)|(?:die[ ]is[ ])?geretourneerd"
    r"|lautet|ist|est|es|è|é|är|er|jest)?"
    r"[\s:：#*_`'\"(]{0,4}(\d{3,5}|-214\d{7}|0x80[0-9a-f]{6})(?![\w-]|[.,]\d)",
    re.IGNORECASE,
)
"""A number called an error; an HRESULT in either of its forms."""
_CALLED_ERROR = (
    *(
        "err",
        "fehler",
        "ursachencode",
        "fout",
        "fel",
        "fejl",
        "feil",
        "virhe",
        "błąd",
        "błęd",
        "chyb",
        "hiba",
        "eroare",
    ),
    "hata",
    *("σφάλμα", "помилк", "ошибк", "lỗi", "错误", "錯誤", "报错", "報錯", "エラー", "오류", "에러"),
)
"""One of these precedes such a number, in lower case: far quicker to search for."""
_REASON = late(
    r"\b(?:failure reason|(?:465[234]|498[34])\b(?![^\r\n]{0,40}failure reason)(?:[ ](?:events?|with|saying|says))?)"
    r"[\s:*_`'\"(,\u201c\u2013-]{1,8}(?:(?:is|was)[\s:*_`'\"(]{1,4})?(?=(?P<reason>[a-z][^\r\n]{4,200}))",
    re.IGNORECASE,
)
"""The reason of an event as somebody quotes it, by its name or behind the event's number: here even short sentences are
Windows' own."""
_OF_AUDIT = ("4652", "4653", "4654", "4983", "4984")
"""The numbers of events that give a reason."""
_HAS_NUMBER = late(r"\d{3}(?!\d)|0x80[0-9a-fA-F]{6}")
"""The end of an error's number, or an HRESULT."""
_OF_VPN = late(
    r"(?<!open)VPNs?(?![^\W\d_])|(?<![A-Za-z0-9_])(?:L2TP|IKEv2\w*|IKE_(?:SA|AUTH)\w*|PPTP|SSTP|RasClient|rasdial|IPsec"
    r"|remote (?:access|computer)|code returned on failure|dial(?:s|ed|ing|ling)?|charon|pluto|(?:strong|libre)swan)"
    r"(?![A-Za-z0-9_])"
    r"|VPN(?=err|[^\x00-\x7f])",
    re.IGNORECASE,
)
_SIGNS_OF_VPN = (
    *("vpn", "l2tp", "ikev2", "ike_", "pptp", "sstp", "rasclient", "rasdial", "ipsec", "dial"),
    *("remote access", "remote computer", "returned on failure", "charon", "pluto", "swan"),
)
"""One of these stands in every text about a VPN, in lower case: far quicker to search for."""
_REFUSALS = ("6273", "6274")
"""The events by which Network Policy Server refuses a user."""
_OF_CLIENT = late(
    rf"\b(?:err(?:or|ore|eur|o)|fehler|fout|ошибка)(?:[ -]?(?:code|number|nr\.?))?[\s:#*_`'\"(]{{1,4}}"
    rf"(?:{'|'.join(sorted(set(map(str, CLIENT_ERRORS.values()))))})(?![\w-]|[.,]\d)",
    re.IGNORECASE,
)
"""An error of Remote Access that the client shows: whoever names it beside such an event speaks of a VPN."""
_OF_RAS = range(600, 1000)
_BY_CONNECTION = late(
    r"(?<![A-Za-z0-9_])(?:(?:RasClient|20227)(?![A-Za-z0-9_])[^\r\n\d]{0,40}"
    r"|(?:VPN|IKEv2|L2TP)(?:[ ](?:VPN|connection|client|tunnel)){0,2}"
    r"(?:[ ](?:fail|end|stop|return|give|show|say)(?:s|ed)?(?:[ ](?:up|with|in|an?|the)){0,3})?[ ]?[:,(]?[ ]?)\Z",
    re.IGNORECASE,
)
"""What makes the error of a number behind it one of a VPN connection, whatever Windows has that error for: its event,
or what fails."""
_OF_TEXT = late(r"(?<![\w.:/-])(13[89]\d\d)(?![\w-]|[.,:]\d)")
_MAX_FROM_SOURCE = 60
"""So many characters before a number are looked at for its event, and around one for its text (reasoned)."""
_CODED = late(r"(?<!\w)(?:0x(?:8007|0{4})?(3[56][0-9a-f]{2})|(ERROR_IPSEC_IKE_[A-Z0-9_]{3,40}))(?!\w)", re.IGNORECASE)
"""An error of IKE by its number in hexadecimal, alone or as an HRESULT, or by its name."""
_OF_PROGRAM = late(r"[;{}=]|^\s*(?:#(?![# ])|//|/\*|\*|case\b|const\b|pub\b)")
"""The text before such a word within a program."""
_REMARK = late(r"^\s*#")
"""The begin of a remark of a script, or of a heading."""
_MAX_CODED = 3
"""The most errors that somebody reports; a text with more is a list (reasoned)."""
_NAMES_PROTOCOL = late(r"(?<![A-Za-z])(?:IKE(?:v2)?|L2TP|VPN)(?![A-Za-z])", re.IGNORECASE)
_ENDS = late(r"[\n.!?\u3002]"), late(r"[.!?\u3002]|\n[ \t\r>]*+(?:\n|[-*\u2022][ ]|\d{1,2}[.)][ ])")
"""The end of a sentence within a line, and of a wrapped one."""
_MAX_SPOKEN = 300
"""The longest sentence of a dialog (reasoned)."""
_OF_DIALOGS = ((13801,), (13806,))
"""The errors whose sentences name IKE and the fault, and are worded in no other way."""
_POLICY_MATCH = 13868
_MATCHES = (
    *("correspond", "corrispond", "coincidencia", "übereinstimm", "abgleich"),
    *("соответств", "сопоставлени", "相符", "匹配"),
)
_ERRORS = ("fehler", "erreur", "échec", "erro", "ошибк", "错误", "錯誤")
"""A word of that sentence in each language, and one by which it calls itself an error."""
_PIECE = late(r"(?<![^\s\"'>:.\u201c\u201e\u00ab*`])[^\W\d_][^\n.!?\u3002\"\u201c\u201d\u201e\u00ab\u00bb:;*`]{5,60}")
"""A piece of text between full stops, quotes and line ends."""
_BETWEEN = r"(?:[\s>]|[^\w\s]){1,8}"
"""The gap between words of a sentence that was wrapped, quoted or retyped."""


class _Phrase(Struct, frozen=True):
    """A sentence of Windows: the words that any text with it contains, its expression, and its errors."""

    signs: tuple[str, ...]
    expression: str
    codes: tuple[int, ...]


class Sentence(Struct, frozen=True):
    """A sentence found in a text: its begin and end, and the errors that it may mean.

    `of_log`: it is one of the log of an end that is not Windows.
    """

    start: int
    end: int
    codes: tuple[int, ...]
    of_log: bool = False


def speaks_of_vpn(text: str, folded: str) -> bool:
    """Whether a text is about a VPN, or remote access."""
    if any(map(folded.__contains__, _SIGNS_OF_VPN)) and _OF_VPN.search(text) is not None:
        return True
    return any(map(folded.__contains__, _REFUSALS)) and _OF_CLIENT.search(text) is not None


def sentences(text: str) -> Iterator[Sentence]:
    """The sentences of Windows that a text quotes in full, in order, then the errors that it gives by number."""
    folded = text.casefold()
    quoted = list(_quoted(text, folded))
    yield from quoted
    if "failure reason" in folded or any(map(text.__contains__, _OF_AUDIT)):
        places = {sentence.start for sentence in quoted}
        yield from (sentence for sentence in _reasons(text) if sentence.start not in places)
    yield from spoken(text)
    yield from _policy_match(text, folded)
    if _HAS_NUMBER.search(text):
        yield from _numbered(text, folded)
    if "138" in text or "139" in text:
        yield from _beside_text(text, folded)
    if "0x" in folded or "error_ipsec_ike_" in folded:
        yield from _coded(text)
    if any(map(text.__contains__, NOTIFIED)):
        yield from _notified(text)


def _number_of(written: str) -> int:
    """The number of an error; an HRESULT is the negative number that Windows prints."""
    return int(written, 16) - 2**32 if written[1] in "xX" else int(written)


def _reasons(text: str) -> Iterator[Sentence]:
    """The errors that a text gives as the reason of an event, each by the longest matching text."""
    for match in _REASON.finditer(text):
        said = match["reason"].casefold()
        best = max((known for known in _texts() if said.startswith(known)), key=len, default=None)
        if best is not None:
            yield Sentence(match.start("reason"), match.start("reason") + len(best), _texts()[best])


@cache
def _texts() -> dict[str, tuple[int, ...]]:
    """The errors of IKE by their texts, folded and without the last stop."""
    codes: dict[str, tuple[int, ...]] = {}
    for code, text in error_texts().items():
        if code in _OF_IKE:
            words = text.casefold().rstrip(".")
            codes[words] = (*codes.get(words, ()), code)
    return codes


def _numbered(text: str, folded: str) -> Iterator[Sentence]:
    """The errors that a text gives by number, those of remote access where it is about that."""
    is_about_vpn = speaks_of_vpn(text, folded)
    for start, end, written in _numbers(text, folded, is_about_vpn=is_about_vpn):
        code = _number_of(written)
        is_of_ras = (is_about_vpn and code in ras_errors()) and (code in _OF_RAS or code < 0 or _by_ras(text, start))
        if is_of_ras or (code in _OF_IKE and code in error_texts()):
            yield Sentence(start, end, (code,))


def _beside_text(text: str, folded: str) -> Iterator[Sentence]:
    """The errors of IKE whose number stands beside Windows' own text of them: `Negotiation timed out (13805)`."""
    for match in _OF_TEXT.finditer(text):
        code = int(match[1])
        said = _split(error_texts().get(code, ""))[:_MIN_WORDS]
        around = _split(folded[max(0, match.start() - _MAX_FROM_SOURCE) : match.start()])
        behind = _split(folded[match.end() : match.end() + _MAX_FROM_SOURCE])
        is_said = said and said in (around[-len(said) :], behind[: len(said)])
        line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()] if is_said else ""
        if is_said and _OF_PROGRAM.search(line) is None:
            yield Sentence(*match.span(1), (code,))


def _by_ras(text: str, at: int) -> bool:
    """Whether a connection, or the event of one, is what fails with the error at a place."""
    return _BY_CONNECTION.search(text[max(0, at - _MAX_FROM_SOURCE) : at]) is not None


def _numbers(text: str, folded: str, *, is_about_vpn: bool) -> Iterator[tuple[int, int, str]]:
    """Begin, end and digits of the numbers that a text calls errors, then of those that somebody reports."""
    if any(map(folded.__contains__, _CALLED_ERROR)):
        yield from ((*match.span(), match[1]) for match in _NUMBER.finditer(text))
    if is_about_vpn or "138" in text or "139" in text:
        from ipseclint.vocabulary.reported_numbers import reported

        yield from ((*place, text[slice(*place)]) for place in reported(text))


def spoken(text: str) -> Iterator[Sentence]:
    """The sentences of dialogs in other languages that name IKE or a VPN, recognised by their words."""
    from ipseclint.vocabulary.ras_sentences import may_speak_of_ras

    folded = text.casefold()
    if "ike" not in folded and not (("vpn" in folded or "l2tp" in folded) and may_speak_of_ras(text)):
        return
    until = 0
    for match in _NAMES_PROTOCOL.finditer(text):
        for ends in _ENDS:
            begin, end = _around(text, match, ends)
            if begin >= until and (codes := _codes_of(text[begin:end])):
                begin += len(text[begin:end]) - len(text[begin:end].lstrip())
                until = end
                yield Sentence(begin, end, codes)
                break


def _policy_match(text: str, folded: str) -> Iterator[Sentence]:
    """The "Policy match error" of a dialog in other languages, which stands alone, in a text about a VPN."""
    from ipseclint.vocabulary.spoken_reasons import codes_as_spoken

    if not any(sign in folded for sign in _MATCHES) or not speaks_of_vpn(text, folded):
        return
    for match in _PIECE.finditer(text):
        piece = match[0].casefold()
        named = any(word in piece for word in _ERRORS) and any(sign in piece for sign in _MATCHES)
        if named and codes_as_spoken(match[0]) == (_POLICY_MATCH,):
            yield Sentence(match.start(), match.end(), (_POLICY_MATCH,))


def _around(text: str, match: re.Match[str], ends: re.Pattern[str]) -> tuple[int, int]:
    """The begin and end of the sentence around a word; empty if it is too long."""
    lowest, highest = max(match.start() - _MAX_SPOKEN, 0), min(match.end() + _MAX_SPOKEN, len(text))
    begin = max((each.end() for each in ends.finditer(text, lowest, match.start())), default=lowest)
    last = ends.search(text, match.end(), highest)
    end = highest if last is None else last.start()
    return begin, end if end - begin <= _MAX_SPOKEN else begin


def _codes_of(sentence: str) -> tuple[int, ...]:
    from ipseclint.vocabulary.ras_sentences import ras_error_as_spoken
    from ipseclint.vocabulary.spoken_reasons import codes_as_spoken

    if "ike" in sentence.casefold() and (codes := codes_as_spoken(sentence)) in _OF_DIALOGS:
        return codes
    code = ras_error_as_spoken(sentence)
    return () if code is None else (code,)


def _coded(text: str) -> Iterator[Sentence]:
    """The errors of IKE that a text names in the notation of programs, unless it is a program or a long list."""
    by_code: dict[int, Sentence] = {}
    for match in _CODED.finditer(text):
        line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        if _OF_PROGRAM.search(line) is not None:
            return
        if _REMARK.match(line) is not None:
            continue
        known = find_error(match[2]) if match[2] else None
        code = int(match[1], 16) if match[1] else -1 if known is None else known.code
        if code in _OF_IKE and code in error_texts():
            by_code.setdefault(code, Sentence(match.start(), match.end(), (code,)))
        if len(by_code) > _MAX_CODED:
            return
    yield from by_code.values()


def _notified(text: str) -> Iterator[Sentence]:
    """The errors of IKE that one end notified the other of, as somebody tells of them, unless it is a long list."""
    from ipseclint.vocabulary.reported_notifies import reported_notifies

    told = {code: Sentence(start, end, (code,)) for start, end, code in reported_notifies(text) if code in _OF_IKE}
    if len(told) <= _MAX_CODED:
        yield from told.values()


def _quoted(text: str, folded: str) -> Iterator[Sentence]:
    """The sentences in a text; only those whose words all occur are searched for, since each search covers the whole
    text."""
    may_stand = tuple(phrase for phrase in _phrases() if all(sign in folded for sign in phrase.signs))
    if not may_stand:
        return
    for match in _any_of(may_stand).finditer(text):
        yield Sentence(match.start(), match.end(), may_stand[int((match.lastgroup or "_0")[1:])].codes)


@lru_cache(maxsize=8)
def _any_of(phrases: tuple[_Phrase, ...]) -> re.Pattern[str]:
    """One expression for phrases, with a group for each."""
    joined = "|".join(f"(?P<_{number}>{phrase.expression})" for number, phrase in enumerate(phrases))
    return re.compile(joined, re.IGNORECASE)


@cache
def _phrases() -> tuple[_Phrase, ...]:
    """All sentences that are searched for, the longest first."""
    words = sorted(_words().items(), key=lambda item: -len(item[0]))
    told = (
        _Phrase(
            tuple(sorted(set(phrase), key=lambda word: (-len(word), word))),
            rf"(?<!\w)(?<!\w[-_/]){_BETWEEN.join(map(re.escape, phrase))}(?!\w|[-_]\w|\.\w)",
            tuple(codes),
        )
        for phrase, codes in words
    )
    return (*told, *(_Phrase((sign,), expression, (code,)) for code, (sign, expression) in _CHINESE.items()))


@cache
def _words() -> dict[tuple[str, ...], list[int]]:
    """The words of each sentence, in lower case, with its errors."""
    codes: dict[tuple[str, ...], list[int]] = {}
    for code, text in error_texts().items():
        phrase = _split(re.split(r"\.\s", text, maxsplit=1)[0])
        if code in _OF_IKE and (code in _SHORT or (len(phrase) >= _MIN_WORDS and _PARTICULAR.search(text))):
            codes.setdefault(phrase, []).append(code)
    for error in ras_errors().values():
        if error.phrase is not None:
            codes.setdefault(_split(error.phrase), []).append(error.code)
    return codes


def _split(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\w+", text.casefold()))
