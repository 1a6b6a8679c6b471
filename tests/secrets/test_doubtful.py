"""What may be the rest of a key is masked where it stands, and its words nowhere else."""

from __future__ import annotations

from ipseclint import secrets
from tests.cases import cases


def places_of(text: str, word: str) -> bool:
    at = text.index(word)
    return any(begin <= at and at + len(word) <= end for begin, end in secrets.keys_in(text)[0])


@cases(
    "text",
    [
        "netsh x psk=Kuckuck # suhrwerk of a tower\n",
        "netsh x psk=Kuckuck // suhrwerk\n",
        "netsh x psk=Kuckuck ; suhrwerk x\n",
        "x psk=Kuckuck\nsuhrwerk\n",
        "set PSK=Kuckuck\n; suhrwerk; netsh x\n",
        "x psk=Kuckuck\nuhr$uhr; suhrwerk of a tower\n",
        "x psk=Kuckuck # uhr\nuhr$uhr; suhrwerk of a tower\n",
        '> x psk=Kuckuck\n> suhrwerk"\n',
        "PreSharedKey=\nsuhrwerk of 'it\nName=x\n",
        "Auth1PSK:\nsuhr:suhrwerk, x\nAuth2: none\n",
        "auth1=computerpsk,\nsuhrwerk a b\n",
        "PreSharedKey=Kuckuck\n\nsuhrwerk\nName=x\n",
        "PreSharedKey=\\\n--suhrwerk\nName=x\n",
        "secret = \\\n 'suhrwerk a'\n}\n",
        "netsh x name=a psk=Kuckuck${\n\nuhr$suhrwerk b\n",
        "netsh x name=a psk=Kuckuck \n uhr{suhrwerk b\n",
        "PreSharedKey : Kuckuck^\nsuhrwerk  uhr&quot;werk\nName : x\n",
        "netsh x name=a psk=Kuckuck # uhr\nsuhrwerk$uhr\n",
        "netsh x name=a psk==\nsuhrwerk description=x\n",
        "netsh x name=a psk=^\n  suhrwerk uhr description=x\n",
        'netsh x name=a psk=\n"suhr suhrwerk" description=x\n',
        'x -L2tpPsk "\n> suhrwerk"uhr" -Force\n',
        "PreSharedKey=Kuckuck # uhr\nsuhrwerk\n",
        "netsh x name=a psk=Kuckuck\nsuhrwerk/uhr description=x\n",
        "for %%k in (suhrwerk (uhr)) do netsh advfirewall consec ad",
        "for %k in (suhrwerk) do (\n netsh x auth1",
        "$k = 'suhrwerk'netsh advfirewall consec add rule name=r\n",
    ],
)
def test_what_may_be_the_rest_of_a_key_is_masked_at_its_place_alone(text: str) -> None:
    assert places_of(text, "suhrwerk")
    assert not any("suhrwerk" in masked for masked in secrets.keys_in(text)[1])


def test_of_what_may_be_the_rest_words_that_look_like_keys_are_masked_everywhere() -> None:
    assert "Kan4rie7Q9zX" in secrets.keys_in("psk=abcdef # Kan4rie7Q9zX\n")[1]


@cases(
    "text",
    [
        "-PreSharedKey Kuckuck # next\n",
        "netsh x psk=Kuckuck ; New-Thing next\n",
        'netsh x psk="Kuckuck" # next\n',
        "netsh x psk=Kuckuck name=a # next\n",
        "x psk=Kuckuck\nnext word\n",
        "set psksecret Kuckuck\nnext\n",
        "x psk=Kuckuck\nname=next\n",
        "x psk=Kuckuck\n[next]\n",
        "x psk=Kuckuck\n</next>\n",
        "x psk=Kuckuck\nnetsh next\n",
        "x psk=Kuckuck\n     netsh next name=a$b\n",
        "x psk=Kuckuck\n>  netsh next name=a$b\n",
        "x psk=Kuckuck\n\nnext\n",
        'x psk="Kuckuck"\nnext\n',
        "PreSharedKey=\nName=next\n",
        "PreSharedKey=\n[next of it]\n",
        "Auth1PSK:\nAuth2: next\n",
        "psk=\nnetsh next\n",
        "psk:\n# next\n",
        "psk:\n\nnext word\n",
        "netsh x name=a psk=\nKuckuck next=x\n",
        "netsh x name=a psk=Kuckuck\nuhr$Kuckuck next=x\n",
        "x psk=Kuckuck\nIt's (next), see a.b\n",
        "PreSharedKey=Kuckuck\n\nnext word\n",
        "PreSharedKey=Kuckuck\n\nnext\n----\n",
        "PSK|a\nKuckuck\nb|next c\n",
    ],
)
def test_what_is_certainly_none_of_it_stays(text: str) -> None:
    assert not places_of(text, "next")


def test_what_a_loop_gives_to_a_variable_that_is_used_is_none_of_a_key() -> None:
    assert secrets.keys_in("for %%k in (suhrwerk) do netsh x name=%%k\n") == ([], set())
    assert secrets.keys_in("for %%k in (suhrwerk) do (\n call :add %%~k\n)\n") == ([], set())


def test_an_address_that_is_given_to_a_variable_which_nothing_uses_is_shown() -> None:
    assert secrets.keys_in("$k = '203.0.113.7'\n") == ([], set())
    assert secrets.keys_in("$k = '203.0.113.7x'\n")[0] != []
