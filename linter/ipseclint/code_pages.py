"""The code page of a text that is not ASCII and has no byte order mark."""

from __future__ import annotations

import codecs

from ipseclint.late import late

_SAMPLE_BYTES = 65_536
"""How many bytes are looked at, from the one before the first that is not ASCII on."""


_FREQUENT = {
    "cp936": frozenset(
        "的是不了在人有我这和为到个用上中大安全策略过滤器筛选列表允许禁止拒绝服务端口网络规则操作访问本地所阻默认"
    ),
    "cp949": frozenset(
        "이다는의에가고을를은로으하기사지한정책보안필터목록허용차단서버규칙동작연결그룹네트워크관리외부내통신포접속설"
    ),
    "cp932": frozenset(
        "のにはをたがでてとしれさあいるらなもかフィルタポリシーサバネットワクアドレ許可規則拒否通信設定接続"
    ),
    "cp1252": frozenset(),
}
"""Windows code pages of scripts without a byte order mark, in order of preference, each with frequent characters of its
texts (reasoned: common words, and those of IPsec). 1252 accepts nearly everything and comes last."""
_OPENING = (b"\x91", b"\x93")
_QUOTES_AND_DASHES = b"\x85\x91\x92\x93\x94\x96\x97"
"""Typographic signs of code page 1252; opening quotes stand before a word."""
_LETTERS_OF_DOS = bytes((*range(0x80, 0x9B), *range(0xA0, 0xA6), 0xB5, 0xB6, 0xB7, 0xE1))
"""The letters of Western languages in code page 850, the console's; in 1252 most of these bytes are signs."""
_CYRILLIC = ("cp866", "cp1251")
"""The code pages of Russian: that of the console, in which batch files are written, and that of Windows."""
_FREQUENT_RUSSIAN = frozenset("оеаинтсрвлкмдпуяызьбгч")
_FEW_LETTERS, _MOST = 4, 0.9
"""How many letters, and what share of all bytes above ASCII, are enough to tell Russian (reasoned)."""
_IN_A_ROW = 2
"""How many accented letters a Western word has in a row, as in Größe (reasoned)."""
_SETS_NO_ECHO = late(rb"(?im)^[ \t]*@?echo[ \t]+off\b")
_CHOOSES = late(rb"(?im)^[ \t]*@?chcp[ \t]+(\d{3,4})\b")
"""How a batch file begins, and the command by which it says in which code page cmd.exe reads it."""
_OF_CONSOLES = frozenset(
    f"cp{number}"
    for number in (
        *(437, 737, 775, 850, 852, 855, 857, 858, *range(860, 867), 869, 874, 932, 936, 949, 950),
        *range(1250, 1259),
    )
)
_HIGH_RUN = late(rb"[\x80-\xff]+")
_LONE_LETTER = late(rb"(?<![\x80-\xff])[\xa0-\xff](?![\x80-\xff])")
_OF_UTF8 = late(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_WHOLE_FOR_BROKEN = 8
"""How many bytes of whole UTF-8 characters a UTF-8 text has for each byte that is in none (reasoned): in a double-byte
code page one pair in six looks like such a character, in others hardly any."""


def code_page_of(data: bytes) -> str:
    """UTF-8 when all but few of the bytes are that, else the likeliest code page that can decode them all."""
    if _decodes(data, "utf-8") or _is_broken_utf8(data):
        return "utf-8"
    if (chosen := _chosen(data)) is not None and _decodes(data, chosen):
        return chosen
    first = next(_HIGH_RUN.finditer(data)).start()
    start = max(0, first - 1)  # a letter before it tells that it stands within a word
    sample = data[start : start + _SAMPLE_BYTES]
    if _is_western(sample) and _decodes(data, "cp1252"):
        return "cp1252"
    if (cyrillic := next((name for name in _CYRILLIC if _is_russian(sample, name)), None)) is not None:
        return cyrillic
    if _is_in_quotes(sample):
        return "cp1252"
    counts = {name: _frequent_count(sample, name) for name in _FREQUENT if _decodes(data, name)}
    if not any(counts.values()) and _is_of_dos(sample):
        return "cp850"
    if "cp1252" in counts and not any(counts.values()) and _is_within_words(data):
        return "cp1252"  # two accented letters in a row, as in Größe
    return max(counts, key=lambda name: counts[name], default="latin-1")


def _chosen(data: bytes) -> str | None:
    """The code page that a batch file chooses; None if it chooses none."""
    chooses = _CHOOSES.search(data)
    if chooses is None or _SETS_NO_ECHO.search(data, 0, chooses.start()) is None:
        return None
    name = f"cp{int(chooses[1])}"
    return name if name in _OF_CONSOLES else None


def _is_broken_utf8(data: bytes) -> bool:
    """Whether nearly all bytes above ASCII form UTF-8 characters: the others were damaged, or appended."""
    high = sum(map(len, _HIGH_RUN.findall(data)))
    whole = sum(map(len, _OF_UTF8.findall(data)))
    return whole >= _WHOLE_FOR_BROKEN * (high - whole)


def _frequent_count(sample: bytes, encoding: str) -> int:
    """How many of the characters, decoded in a code page, are among its frequent ones."""
    return sum(character in _FREQUENT[encoding] for character in sample.decode(encoding, errors="ignore"))


def _is_russian(sample: bytes, encoding: str) -> bool:
    """Whether the bytes above ASCII are nearly all Russian letters in a code page, most of them lower case and
    frequent."""
    letters = b"".join(_HIGH_RUN.findall(sample)).decode(encoding, errors="replace")
    small = sum(letter in _FREQUENT_RUSSIAN for letter in letters)
    own = sum("\u0410" <= letter <= "\u044f" or letter in "\u0401\u0451\u2116" for letter in letters)
    return len(letters) >= _FEW_LETTERS and own >= _MOST * len(letters) and small >= len(letters) / 2


def _is_in_quotes(sample: bytes) -> bool:
    """Whether all bytes above ASCII are typographic quotes and dashes of code page 1252, which stand around words."""
    return all(
        not run[0].strip(_QUOTES_AND_DASHES)
        and not (run[0] in _OPENING and sample[max(0, run.start() - 1) : run.start()].isalpha())
        for run in _HIGH_RUN.finditer(sample)
    )


def _is_of_dos(sample: bytes) -> bool:
    """Whether all bytes above ASCII are accented letters of code page 850, most of them within ASCII words."""
    runs = list(_HIGH_RUN.finditer(sample))
    within = sum(
        sample[max(0, run.start() - 1) : run.start()].isalpha() or sample[run.end() : run.end() + 1].isalpha()
        for run in runs
    )
    are_letters = all(len(run[0]) <= _IN_A_ROW and not run[0].strip(_LETTERS_OF_DOS) for run in runs)
    return are_letters and 2 * within > len(runs)


def _is_within_words(data: bytes) -> bool:
    """Whether all bytes above ASCII stand beside ASCII letters, and are letters in Western code pages."""
    return all(
        run[0].decode("cp1252", errors="replace").isalpha()
        and (data[max(0, run.start() - 1) : run.start()].isalpha() or data[run.end() : run.end() + 1].isalpha())
        for run in _HIGH_RUN.finditer(data)
    )


def _is_western(data: bytes) -> bool:
    """Whether at least half of the letters above ASCII stand alone, as accents do; double-byte pages write them in
    pairs."""
    runs = len(_HIGH_RUN.findall(data))
    return 2 * len(_LONE_LETTER.findall(data)) >= runs


def _decodes(data: bytes, encoding: str) -> bool:
    # The head may end in the middle of a character: an incremental decoder does not mind.
    try:
        codecs.getincrementaldecoder(encoding)().decode(data, final=False)
    except UnicodeDecodeError:
        return False
    return True
