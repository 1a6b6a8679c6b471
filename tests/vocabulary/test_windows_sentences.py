"""Where a sentence of a dialog in another language stands in a text, and that it is told once."""

from __future__ import annotations

from ipseclint.vocabulary.windows_sentences import spoken
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
