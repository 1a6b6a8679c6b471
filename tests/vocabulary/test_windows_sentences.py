"""Where a sentence of a dialog in another language stands in a text, and that it is told once."""

from __future__ import annotations

from ipseclint.vocabulary.windows_sentences import sentences, spoken
from tests.cases import cases

REFUSED = "Las credenciales de autenticaci\u00f3n de IKE no son aceptables"
PREVENTED = "Se impidi\u00f3 la conexi\u00f3n VPN debido a una directiva configurada en el servidor RAS/VPN"


@cases(
    ("text", "told"),
    [
        (f"{PREVENTED}.", [(PREVENTED, 812)]),
        (f"{REFUSED}. {PREVENTED}!\n{REFUSED}", [(REFUSED, 13801), (PREVENTED, 812), (REFUSED, 13801)]),
        (f"Hola.\n  {REFUSED}\nNada con IKE.", [(REFUSED, 13801)]),
        ("Hola.\n" + REFUSED.replace(" de IKE", "\n> de IKE"), [(REFUSED.replace(" de IKE", "\n> de IKE"), 13801)]),
        (REFUSED.replace(" de IKE", "\n\nde IKE"), []),
        (REFUSED.replace("de IKE", f"de {'x' * 300} IKE"), []),
        (REFUSED.replace("IKE", "el par"), []),
        (PREVENTED.replace("VPN", "remoto"), []),
        ("La VPN usa IKE y L2TP.", []),
    ],
    ids=["twice named", "three", "one line", "wrapped", "paragraphs", "far apart", "no IKE", "no VPN", "nothing"],
)
def test_a_sentence_is_told_once_where_it_stands(text: str, told: list[tuple[str, int]]) -> None:
    found = [(text[each.start : each.end], each.codes) for each in spoken(text)]
    assert found == [(sentence, (code,)) for sentence, code in told]


LOG = "05[CFG] charon: looking for peer configs"


@cases(
    ("text", "codes"),
    [
        (f"Windows: Error 809.\n{LOG}", [809]),
        (f"IKEv2 VPN: error 1931 (The context has expired).\n{LOG}", [1931]),
        ("Our VPN connection ends with an error 1931.", [1931]),
        ("The VPN script fails with error 87.", []),
        (f"Windows: error 1931.\n{LOG}", []),
        ("Error 809.", []),
        ("The error code returned on failure is 868.", [868]),
        ("The error code returned on Friday is 868.", []),
        ("Error 1931.", []),
        ("The charontes report error 809.", []),
        (f"Error 1222 of a share.\n{LOG}", []),
        (f"In 1931 it was founded.\n{LOG}", []),
    ],
)
def test_a_log_of_a_daemon_makes_a_number_one_of_a_connection(text: str, codes: list[int]) -> None:
    assert [code for each in sentences(text) for code in each.codes] == codes


def test_a_port_that_was_closed_is_an_error_without_its_number() -> None:
    said = (
        "A connection to the remote computer could not be established, so the port used for this connection was closed"
    )
    assert [each.codes for each in sentences(f"{said}.\n")] == [(619,)]
