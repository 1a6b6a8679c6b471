"""A sentence of a German Windows leads to its event or error, in whichever of its translations it is copied."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ipseclint.vocabulary.audit_events import event_texts
from ipseclint.vocabulary.german_sentences import GERMAN_SENTENCES, german_sentences
from ipseclint.vocabulary.windows_errors import error_table
from tests.cases import cases

SAID = {
    "Fehler bei der IPsec-Hauptmodusaushandlung.": (4653,),
    "Eine IPsec-Hauptmodus-Aushandlung ist fehlgeschlagen.": (4653,),
    "Die IPsec-Aushandlung im Hauptmodus ist gescheitert": (4653,),
    "Eine IPsec-Schnellmodus-Aushandlung ist fehlgeschlagen.": (4654,),
    "Fehler bei einer IPsec-Aushandlung im erweiterten Modus.": (4984,),
    "Es wurde eine IPsec-Hauptmodus-Sicherheitszuordnung hergestellt.": (4650, 4651),
    "Eine IPsec-Hauptmodussicherheitszuordnung wurde beendet": (4655,),
    "Eine IPsec-Schnellmodus-Sicherheitszuordnung wurde eingerichtet": (5451,),
    "Während der Hauptmodusaushandlung hat IPsec ein ungültiges Aushandlungspaket empfangen.": (4976,),
    "IKE-DoS-Schutzmodus gestartet": (4646,),
    "Die Aushandlungsanforderung befand sich zu lange in der Warteschlange.": (13809, 13810, 13811, 13812),
    "Fehlerursache:\tDie Aushandlung hat zu lange gedauert.": (13814, 13815),
    "Die Anmeldeinformationen für die IKE-Authentifizierung sind nicht akzeptabel": (13801,),
    "IKE-Authentifizierungsinformationen sind unannehmbar.": (13801,),
    "Zeitüberschreitung bei der Aushandlung": (13805,),
    "IKE konnte kein gültiges Computerzertifikat finden.": (13806,),
    "Keine Antwort vom Peer": (13813,),
    "Fehler bei der Zertifikatsperrprüfung.": (13817,),
    "Die Überprüfung der Zertifizierungssperrung des Peerzertifikats ist fehlgeschlagen": (13848,),
    "Es ist keine IKE-Richtlinie für den Hauptmodus verfügbar.": (13850,),
    "Fehler bei der Richtlinienübereinstimmung": (13868,),
}


@cases("text", SAID)
def test_a_german_sentence_leads_to_what_it_says(text: str) -> None:
    assert tuple(code for row in german_sentences(text) for code in (*row.events, *row.errors)) == SAID[text]


@cases("text", ["Das Brot war zu lange im Ofen.", "Fehler", "An IPsec Main Mode negotiation failed", ""])
def test_other_sentences_lead_nowhere(text: str) -> None:
    assert german_sentences(text) == ()


def test_every_row_names_what_is_known() -> None:
    for row in GERMAN_SENTENCES:
        assert row.events or row.errors
        assert set(row.events) <= set(event_texts())
        assert set(row.errors) <= set(error_table())


def test_explain_takes_a_german_sentence(cli: Callable[..., Any]) -> None:
    ran = cli("explain", "Fehler bei der IPsec-Hauptmodusaushandlung.")
    assert (ran.code, ran.out.splitlines()[0]) == (0, "event 4653 An IPsec Main Mode negotiation failed")
    assert (
        "13811 (0x35F3) ERROR_IPSEC_IKE_QUEUE_DROP_MM"
        in cli("explain", next(text for text in SAID if "Warteschlange" in text)).out
    )
