"""A key is masked where its text is written within markup or a text of a program, as where it is written plainly."""

from __future__ import annotations

import html
import json
import re
import urllib.parse
from collections.abc import Callable

from ipseclint import secrets
from ipseclint.secrets.views import all_meant_by, meant_by
from tests.cases import cases

KEY = "Sommerregenbogen"
COMMANDS = (
    'rasdial "My VPN" user "{}"',
    "net use \\\\s1\\c$ /user:a {}",
    "ConvertTo-SecureString '{}' -AsPlainText",
    'certutil -f -p "{}" -importpfx a.pfx',
    'carol : EAP "{}"',
    "next\nMot de passe : {}",
    "password 7 {}",
    "<keyMaterial>{}</keyMaterial>",
)


def _with_unseen(text: str, sign: str) -> str:
    """A text with a sign within each word of it, none of which is the key, and behind each word."""
    return re.sub(rf"(?!{KEY})\b(\w)(\w+)", rf"\1{sign}\2{sign}", text)


NAMED = {
    ord(sign): f"&{name};"
    for sign, name in {
        " ": "ensp",
        ":": "colon",
        "=": "equals",
        "\n": "NewLine",
        "(": "lpar",
        ".": "period",
        "-": "hyphen",
        "'": "apos",
        '"': "quot",
        "\\": "bsol",
        "<": "lt",
        ">": "gt",
        "/": "sol",
    }.items()
}
ESCAPED = {ord(sign): f"\\u{ord(sign):04X}" for sign in "cdtpi"}
NUMBERED = {ord(sign): f"&#{ord(sign)};" for sign in {*"".join(COMMANDS)} - {*KEY}}
CARRIERS: dict[str, Callable[[str], str]] = {
    "blanks that do not break": lambda text: html.escape(text).replace(" ", "&nbsp;").replace("\n", "<br/>"),
    "other blanks": lambda text: text.replace(" ", "\u00a0"),
    "markup": html.escape,
    "markup in markup": lambda text: html.escape(html.escape(text)),
    "a soft hyphen": lambda text: _with_unseen(text, "\u00ad"),
    "blanks of no width": lambda text: _with_unseen(text, "\u200b"),
    "marks of direction": lambda text: _with_unseen(text, "\u200e\u202c"),
    "a mark of byte order": lambda text: _with_unseen(text, "\ufeff"),
    "hyphens of markup": lambda text: html.escape(_with_unseen(text, "\1")).replace("\1", "&shy;"),
    "blanks of markup": lambda text: html.escape(_with_unseen(text, "\1")).replace("\1", "&#8203;"),
    "blanks of another width": lambda text: text.replace(" ", "\u2003"),
    "names of signs": lambda text: text.translate(NAMED),
    "numbers of signs": lambda text: text.translate(NUMBERED),
    "a form": lambda text: "https://h.example/run?x=1&cmd=" + urllib.parse.quote_plus(text) + "&next=1",
    "an address": lambda text: "https://h.example/run?cmd=" + urllib.parse.quote(text) + "&next=1",
    "JSON": lambda text: json.dumps({"script": text, "next": 1}),
    "JSON with escaped letters": lambda text: json.dumps({"script": text}).translate(ESCAPED),
    "JSON in JSON": lambda text: json.dumps({"body": json.dumps({"script": text, "next": 1})}),
}


@cases("command", COMMANDS)
@cases("carrier", CARRIERS)
def test_a_key_in_a_command_is_masked_however_this_is_carried(command: str, carrier: str) -> None:
    text = CARRIERS[carrier](command.format(KEY))
    places, texts = secrets.keys_in(text)
    assert [each for each in places if each[0] <= text.index(KEY) and text.index(KEY) + len(KEY) <= each[1]]
    assert KEY in texts


@cases(
    "text",
    [
        "the&nbsp;net&nbsp;user&nbsp;guides",
        json.dumps({"path": "C:\\new\\tools", "text": "the key\nis here"}),
        "&lt;div&gt;the password policy&lt;/div&gt;",
        ":: Don't set passwords via group policy",
        'write -Description "Prompt user to change password 14 days before"',
    ],
)
def test_what_is_no_key_is_shown_in_them_too(text: str) -> None:
    assert secrets.keys_in(text) == ([], set())


@cases(
    ("written", "meant"),
    [
        ("a&nbsp;b&amp;amp;c&#34;d&lt;", 'a b&c"d<'),
        ('\\"a\\\\"b\\u00fcc\\nd\\te', '"a"b\u00fcc\nd e'),
        ("a<br>b<BR />c\u00a0d", "a\nb\nc d"),
        ("&none; \\x & a", "&none; \\x & a"),
        ("a&#0;b\\u0007c", "a b c"),
        ("a\u200bb\u00adc&zwnj;d\\u200be", "abcde"),
        ("%2d\u00a0\\n&lt;<br>\\'%2D", "- \n<\n'-"),
        ("a&equals;b&amp;colon;c&Tab;d&emsp;e&NewLine;f&AMP;", "a=b:c d e\nf&"),
    ],
)
def test_each_sign_stands_for_what_is_written(written: str, meant: str) -> None:
    view = meant_by(written)
    assert view.text == meant
    assert view.place((0, len(meant))) == (0, len(written))


def test_a_path_is_none_of_a_text_of_a_program_where_signs_of_no_width_stand() -> None:
    text = f"C:\\Windows\\rasdial.exe\u2060 VPN user {KEY}"
    assert [text[begin:end] for begin, end in secrets.keys_in(text)[0]] == [KEY]


def test_a_place_is_that_of_what_was_written() -> None:
    written = "a&nbsp;b&quot;cd"
    view = meant_by(written)
    assert [written[slice(*view.place((at, at + 1)))] for at in range(len(view.text))] == [
        *("a", "&nbsp;", "b", "&quot;", "c", "d")
    ]


@cases(("text", "views"), [("\u201csay\u201d it in C:\\x", 1), ("\u201csay\u201d it in C:\\new", 2), ("C:\\new", 1)])
def test_a_text_is_read_again_only_where_its_backslashes_may_mean_more(text: str, views: int) -> None:
    assert len([*all_meant_by(text)]) == views
