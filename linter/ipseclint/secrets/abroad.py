"""Keys and passwords behind the words that other languages have for them.

These are words of people and of translated consoles; a noun for a key alone also names a key of the registry, so it is
one only where the sentence says what it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ipseclint.late import late
from ipseclint.secrets.announced import cell_beside
from ipseclint.secrets.columns import in_columns, in_html_columns, in_torn_columns
from ipseclint.secrets.names import LongText, matches_at, occurrences, replaced, standing
from ipseclint.secrets.places import Place, line_begins
from ipseclint.secrets.sentences import said_at
from ipseclint.secrets.values import begin_of_line, end_of, end_of_line, value_at

_MARKED = "àáâãäåāăąçćčďđèéêëēėęěğìíîïīįıłľĺñńňòóôõöőøōŕřśšşșťţțùúûüūůűųýÿźżžάέήίόύώϊϋ"
_UNMARKED = "aaaaaaaaacccddeeeeeeeegiiiiiiilllnnnoooooooorrsssstttuuuuuuuuyyzzzαεηιουωιυ"
_OF_MARKED = dict(zip(_MARKED, _UNMARKED, strict=True))
"""Letters without their marks, which some people leave out."""
_SAYS = r"(?=[ \t]{1,8}(?:ist|lautet|war|est|es|era|e|jest|ar|er|is)[ \t])"
"""A verb behind which a sentence tells a key."""
_WITH_DIGIT = r"(?=[\"'*_]{0,3}[ \t]*[:=][ \t]*[^\s]*\d)"
"""Behind the word of two languages for a password, which is that for a keyword, too."""
_ODD = r"(?=[^\s]*\d)(?=[^\s]*[a-z])[^\s]{6,200}[ \t]*(?:[\n\"'<,;]|\Z)"
"""A word with letters and digits, alone behind a sign that has other words there, too."""
_SHARED_IN_PORTUGUESE = "(?:com)?partilhad"
_WORDS: Mapping[str, str] = {
    "vorinstalliert": "e[rn]? schlue?ssel",
    "gemeinsame": "[rns]? (?:geheime[rns]? )?(?:schlue?ssel|geheimnis)",
    "geheime": "[rn]? schlue?ssel",
    "geteilte": "[rns]? (?:geheime[rns]? )?(?:schlue?ssel|geheimnis)",
    "vereinbarte": "[rn]? schlue?ssel",
    **{f"{of}-schl": "ue?ssel" for of in ("ipsec", "ike", "vpn", "l2tp")},
    "schl": f"ue?ssel(?:inhalt|{_SAYS})",
    "kennwort": "",
    "passwort": "",
    "clef": " (?:(?:pre[- ]?)?partagee|secrete(?: partagee)?)",
    "phrase secrete": "",
    "cle": f" (?:(?:pre[- ]?)?partagee|secrete(?: partagee)?)|{_SAYS}",
    "contenu de la cle": "",
    "secret partage": "",
    "mot de passe": "",
    "clave": f" (?:(?:pre-?|previamente |secreta )?compartida|secreta)|{_SAYS}",
    "contenido de la clave": "",
    "secreto compartido": "",
    "contrase": "ny?a",
    "chiave": f" (?:(?:pre-?)?condivisa|segreta)|{_SAYS}",
    "contenuto chiave": "",
    "segreto condiviso": "",
    "parole": rf"(?=[ \t]*[:=][ \t]*{_ODD})",
    "parool": "",
    "clau ": "(?:pre)?compartida",
    "parola": f"(?: chiave{_WITH_DIGIT}| d.ordine| di accesso|(?! chiave))",
    "chave": f" (?:(?:pre-?)?{_SHARED_IN_PORTUGUESE}a|secreta)|{_SAYS}",
    "conteudo da chave": "",
    "segredo ": f"{_SHARED_IN_PORTUGUESE}o",
    "senha": "",
    "palavra": f"[- ](?:passe|chave{_WITH_DIGIT})",
    "gedeeld": "(?:e sleutel| geheim)",
    "sleutel": f"(?:inhoud|{_SAYS})",
    "wachtwoord": "",
    "klucz": f" (?:wstepny|(?:wstepnie )?(?:wspoldzielony|udostepniony))|{_SAYS}",
    "haslo": "",
    "delad ": "(?:nyckel|hemlighet)",
    "nyckel": _SAYS,
    "losenord": "",
    "delt": "e? (?:nogle|nokkel|hemmelig(?:hed|het))",
    "adgangskode": "",
    "passord": "",
    "jaettu ": "(?:avain|salaisuus)",
    "salasana": "",
    "sdileny ": "(?:klic|tajny klic)",
    "sdilene ": "tajemstvi",
    "deljeni ": "kljuc",
    "dijeljeni ": "kljuc",
    "lozinka": "",
    "geslo": "",
    "salasona": "",
    "slaptazodis": "",
    "kata ": "(?:sandi|laluan)",
    "kunci ": "(?:yang )?(?:dibagikan|berbagi|pra-?berbagi|bersama)(?: sebelumnya)?",
    "mật khẩu": "",
    "khoa chia sẻ": "(?: trước)?",
    "парола": "",
    "лозинка": "",
    "споделен ": "(?:таен )?ключ",
    "προμοιρασμενο ": "κλειδι",
    "مفتاح مشترك": "(?: مسبق[^\n:=]{0,4})?",
    "رمز عبور": "",
    "گذرواژه": "",
    "पासवर्ड": "",
    "รหัสผ่าน": "",
    "zdielany ": "kluc",
    "heslo": "",
    "megosztott ": "(?:kulcs|titok)",
    "jelszo": "",
    "paylas": "(?:ilan|imli) (?:gizli )?anahtar",
    "sifre": "",
    "cheie ": "(?:pre-?)?partajata",
    "secret partajat": "",
    "пароль": "",
    "общий ": "(?:ключ|секрет)",
    "предварительн": r"(?:ый|ый общий|о \w{4,16}) ключ",
    "ключ ": r"предварительн\w{2,4}(?: \w{4,16}){1,2}",
    "секретный ": "ключ",
    "спільний ": "(?:ключ|секрет)",
    "προκοινοχρηστο ": "κλειδι",
    "κοινοχρηστο ": "κλειδι",
    "κωδικος ": "προσβασης",
    "密码": "",
    "密碼": "",
    "口令": "",
    "共享": "(?:密[钥匙鑰]|机密|金[钥鑰])",
    "共用": "(?:金鑰|密碼)",
    "共有": "(?:キー|鍵|シークレット)",
    "パスワード": "",
    "パスフレーズ": "",
    "暗証番号": "",
    "공유": "한? ?(?:키|암호|비밀)",
    "암호": "",
    "비밀번호": "",
    "מפתח ": "משותף",
    "סיסמה": "",
    "كلمة المرور": "",
    "المفتاح المشترك": "",
}
"""The words for a password and a preshared key, without their marks: each beginning, which is searched for, with the
rest of the word."""
_IN_COMPOUNDS = "kennwort|passwort|passord|losenord|wachtwoord|delt|jaettu|sdileny|megosztott|delad"
"""Those before which another word may stand without a blank."""
_OF_ALGORITHMS = r"(?:aes|3?des|md5|sha|gcm|rsa|chacha|dh)[-_ \d]"
"""What follows the words that also mean a cipher."""
_NAME = (
    rf"(?:(?<![a-z])|(?={_IN_COMPOUNDS}|[^a-z]))"
    rf"(?:{'|'.join(f'{each}(?:{_WORDS[each]})' for each in _WORDS)})(?![^\W_])"
)
_OWNER = (
    r"(?:[ \t]*\([^()\n]{0,40}\)|[ \t]+(?:vpn|wi-?fi|l2tp|ipsec|ike|radius|eap|psk|ppt?p)"
    rf"|[ \t]+[^\W\d_]{{2,24}}(?=[ \t]*[:=][ \t]*{_ODD})"
    r"|[ \t]+(?:fur|von|de|du|des|da|do|para|pour|per|dla|van|voor|for|til|till|для)[ \t][^\n:=<>\"'|]{1,60}?)?"
)
"""Text that may stand behind such a word: a bracket, the key's owner."""
_COLUMN = late(rf"[\" ]*(?:[^\W\d_]{{1,24}}[ -]){{0,3}}[^\W\d_]{{0,24}}{_NAME}{_OWNER}[\" ]*")
"""The head of a column of keys, where another word may stand before."""
_BEFORE_CELL = late(rf"{_NAME}{_OWNER}[*_`\" ]{{0,8}}(?=</?[a-z]|[ \t]{{0,8}}\|)")
_WORDS_BEFORE = late(r"[> \t]*\|[ \t*_]*(?=[^\W\d_][^|\n]*\Z)")
_MAX_WORDS_BEFORE = 60
"""What stands in a row of a table before its first cell, and how far before such a word the row begins."""
_HEADED = late(r"[,;\t|]")
_BEFORE_VALUE = late(
    rf"{_NAME}"
    rf"{_OWNER}"
    rf"(?:{_SAYS}|(?P<quote>\\*[\"'])?[*_]{{0,2}}[ \t\u00a0]*+"
    rf"(?P<sign>[:=\uff1a]|[\u2013\u2014](?=[ \t]+{_ODD}))[*_]{{0,2}}[ \t\u00a0]*+"
    rf"(?![$%\n]|[\"']?{_OF_ALGORITHMS}))"
)


def in_other_languages(text: str, lower: str, searched: str | LongText) -> Iterator[Place]:
    """The places of what such words announce.

    `lower` is the text in lower case, and `searched` the same as `asked` makes it ready to be searched.
    """
    plain = replaced(lower, _OF_MARKED)
    begins = standing(_WORDS, searched) if plain is lower else _WORDS
    names = sorted(at for begin in begins for at in occurrences(plain, begin))
    yield from _in_tables(text, plain, names)
    for name in matches_at(_BEFORE_VALUE, plain, names):
        if name["sign"] is None:
            yield from said_at(text, name.end())
        else:
            yield from value_at(text, name.end(), name["quote"] is not None, ":")


def _in_tables(text: str, plain: str, names: Sequence[int]) -> Iterator[Place]:
    """The cells beside such words, and those below them where they head columns."""
    for name in matches_at(_BEFORE_CELL, plain, names):
        begin = begin_of_line(plain, name.start(), _MAX_WORDS_BEFORE)
        begin = end_of(_WORDS_BEFORE.match(plain, begin, name.start()), name.start())
        if (cell := cell_beside(text, begin, name.end())) is not None:
            yield cell
    begins = dict.fromkeys(line_begins(plain, names))
    heads = [begin for begin in begins if _HEADED.search(plain, begin, end_of_line(plain, begin, len(plain)))]
    for columns in (in_columns, in_torn_columns) if heads else ():
        yield from columns(text, heads, _heads_keys)
    if "<tr" in plain:
        yield from in_html_columns(plain, names, _heads_keys)


def _heads_keys(cell: str) -> bool:
    """Whether the head of a column, in lower case, is such a word."""
    return _COLUMN.fullmatch(replaced(cell, _OF_MARKED)) is not None
