"""Why a negotiation failed is known in other languages by the words that its sentence must have."""

from __future__ import annotations

from ipseclint.vocabulary.spoken_reasons import codes_as_spoken, spoken_reasons
from ipseclint.vocabulary.windows_errors import error_texts
from tests.cases import cases

NO_POLICY_IN_RUSSIAN = (
    "\u041f\u043e\u043b\u0438\u0442\u0438\u043a\u0430 \u043d\u0435 "
    "\u043d\u0430\u0441\u0442\u0440\u043e\u0435\u043d\u0430"
)
LANGUAGES = {"fr", "es", "it", "pt", "ru", "zh"}


@cases(
    ("reason", "codes"),
    [
        ("Informations d\u2019authentification IKE non acceptables.", (13801,)),
        ("Expiration du d\u00e9lai de la n\u00e9gociation.", (13805,)),
        ("La demande de n\u00e9gociation a trop attendu dans la file d'attente", (13809, 13810, 13811, 13812)),
        ("Las credenciales de autenticaci\u00f3n de IKE no son aceptables", (13801,)),
        ("No hay ninguna directiva configurada.", (13825,)),
        ("Errore di corrispondenza dei criteri.", (13868,)),
        ("Falha na verifica\u00e7\u00e3o de revoga\u00e7\u00e3o do certificado", (13817,)),
        (NO_POLICY_IN_RUSSIAN, (13825,)),
        ("IKE \u8eab\u4efd\u9a8c\u8bc1\u51ed\u8bc1\u4e0d\u53ef\u63a5\u53d7\u3002", (13801,)),
        ("Zeitlimit bei der Aushandlung \u00fcberschritten", (13805,)),
        ("Aucune r\u00e9ponse de l'homologue. Contactez votre administrateur.", (13813,)),
    ],
)
def test_a_reason_is_known_by_its_words(reason: str, codes: tuple[int, ...]) -> None:
    assert codes_as_spoken(reason) == codes


@cases(
    "reason",
    [
        "",
        "Erreur inconnue.",
        "No se pudo agregar la asociaci\u00f3n. La negociaci\u00f3n tard\u00f3 demasiado.",
        "Aucune strat\u00e9gie n'est configur\u00e9e. " * 20,
    ],
)
def test_what_its_first_sentence_does_not_say_is_not_known(reason: str) -> None:
    assert codes_as_spoken(reason) == ()


def test_every_error_is_one_of_windows_and_told_in_each_language() -> None:
    for codes in {row.errors for row in spoken_reasons()}:
        assert set(codes) <= set(error_texts())
        told = {row.language for row in spoken_reasons() if row.errors == codes}
        assert told >= LANGUAGES - {"zh"}


def test_a_row_says_no_more_than_another_of_its_language() -> None:
    rows = spoken_reasons()
    assert len({(row.language, row.words) for row in rows}) == len(rows)
