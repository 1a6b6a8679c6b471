"""What a dialog says in other languages is known by the words that its sentence must have."""

from __future__ import annotations

from ipseclint.vocabulary.ras_errors import ras_errors
from ipseclint.vocabulary.ras_sentences import may_speak_of_ras, ras_error_as_spoken, ras_sentences
from tests.cases import cases


@cases(
    ("sentence", "code"),
    [
        (
            "Der L2TP-Verbindungsversuch ist fehlgeschlagen, weil kein Computerzertifikat da ist",
            786,
        ),
        ("La n\u00e9gociation de s\u00e9curit\u00e9 de la tentative de connexion L2TP a expir\u00e9", 792),
        ("Se impidi\u00f3 la conexi\u00f3n debido a una directiva configurada en el servidor RAS/VPN", 812),
        ("A conex\u00e3o foi impedida devido a uma pol\u00edtica configurada no servidor RAS/VPN", 812),
        ("Tentativo di connessione L2TP non riuscito a causa del timeout della negoziazione di sicurezza", 792),
        (
            "L2TP \u56e0\u4e3a\u5b89\u5168\u5c42\u65e0\u6cd5\u9a8c\u8bc1",
            787,
        ),
        (
            "\u65e0\u6cd5\u5efa\u7acb\u5230\u8fdc\u7a0b\u8ba1\u7b97\u673a, \u7aef\u53e3\u5df2\u5173\u95ed",
            619,
        ),
        ("The L2TP connection attempt failed because security negotiation timed out", None),
        ("", None),
    ],
)
def test_a_sentence_is_known_by_its_words(sentence: str, code: int | None) -> None:
    assert ras_error_as_spoken(sentence) == code
    assert may_speak_of_ras(sentence) is (code is not None)


def test_a_sentence_that_may_be_of_two_errors_is_of_none() -> None:
    both = "Connessione L2TP: livello di sicurezza, errore di elaborazione e parametri compatibili"
    assert may_speak_of_ras(both)
    assert ras_error_as_spoken(both) is None


def test_every_error_is_known_and_each_row_is_once() -> None:
    rows = ras_sentences()
    assert {row.code for row in rows} <= set(ras_errors())
    assert len({(row.language, row.words) for row in rows}) == len(rows)
    assert {row.language for row in rows} == {"de", "fr", "es", "it", "pt", "ru", "zh"}
