"""Sentences of a German Windows about IPsec, recognised by their words, however they are worded.

German texts of events: Microsoft's "Anhang L: zu überwachende Ereignisse" and "Überwachen der Windows-Filterplattform".
German texts of errors: "Systemfehlercodes (12000-15999)", all on learn.microsoft.com/de-de. Several translations of one
sentence are in use, which share these words. A row matches a text that has a form of each of its words.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from ipseclint.vocabulary.rows_of_words import RowsOfWords


class GermanSentence(NamedTuple):
    """Parts of words that a sentence must all have, with `|` between alternatives; and its meaning."""

    parts: tuple[str, ...]
    events: tuple[int, ...] = ()
    errors: tuple[int, ...] = ()


_FAILED = "fehlgeschlagen|fehler|gescheitert|schlug fehl"
_MADE = "eingerichtet|hergestellt|aufgebaut"
_ENDED = "beendet"
_MAIN, _QUICK, _EXTENDED = "hauptmodus", "schnellmodus", "erweitert|erweiterungsmodus"
_EXPIRED = "timeout|time out|zeitüberschreitung|zeitlimit"

GERMAN_SENTENCES = (
    GermanSentence(("dos|denial", "schutzmodus"), events=(4646,)),
    GermanSentence((_MAIN, "sicherheitszuordnung", _MADE), events=(4650, 4651)),
    GermanSentence((_MAIN, "aushandlung", _FAILED), events=(4653,)),
    GermanSentence((_MAIN, "sicherheitszuordnung", _ENDED), events=(4655,)),
    GermanSentence((_MAIN, "ungültig", "aushandlungspaket"), events=(4976,)),
    GermanSentence((_QUICK, "aushandlung", _FAILED), events=(4654,)),
    GermanSentence((_QUICK, "sicherheitszuordnung", _MADE), events=(5451,)),
    GermanSentence((_QUICK, "sicherheitszuordnung", _ENDED), events=(5452,)),
    GermanSentence((_QUICK, "ungültig", "aushandlungspaket"), events=(4977,)),
    GermanSentence((_EXTENDED, "modus", "aushandlung", _FAILED), events=(4984,)),
    GermanSentence((_EXTENDED, "modus", "ungültig", "aushandlungspaket"), events=(4978,)),
    GermanSentence((_MAIN, _EXTENDED, "sicherheitszuordnung", _MADE), events=(4979,)),
    GermanSentence(("klartext", "paket"), events=(4963,)),
    GermanSentence(("aushandlung", "zu lange", "warteschlange"), errors=(13809, 13810, 13811, 13812)),
    GermanSentence(("aushandlung", "zu lange"), errors=(13814, 13815)),
    GermanSentence(("ike", "authentifizierung", "akzeptabel|annehmbar|inakzeptabel|unzulässig"), errors=(13801,)),
    GermanSentence(("ike", "sicherheitsattribut"), errors=(13802,)),
    GermanSentence(("aushandlung", _EXPIRED), errors=(13805,)),
    GermanSentence(("ike", "computerzertifikat", "finden|gefunden"), errors=(13806,)),
    GermanSentence(("ike", "sa", "peer", "gelöscht"), errors=(13807,)),
    GermanSentence(("keine", "antwort", "peer"), errors=(13813,)),
    GermanSentence(("zertifikatsperr|zertifikatssperr|sperrprüfung",), errors=(13817,)),
    GermanSentence(("zertifi", "sperrung|sperrprüfung", "peer"), errors=(13848,)),
    GermanSentence(("zertifikatschlüsselverwendung|schlüsselverwendung",), errors=(13818,)),
    GermanSentence(("zertifikattyp|zertifikatstyp",), errors=(13819,)),
    GermanSentence(("zertifikat", "privaten schlüssel|privater schlüssel"), errors=(13820,)),
    GermanSentence(("diffie", "berechnung"), errors=(13822,)),
    GermanSentence(("keine", "richtlinie", "konfiguriert"), errors=(13825,)),
    GermanSentence(("signatur", "überprüf"), errors=(13826,)),
    GermanSentence(("kerberos", "authentifizier", "fehler"), errors=(13827,)),
    GermanSentence(("peer", "computerzertifikat", "senden|gesendet"), errors=(13847,)),
    GermanSentence((_MAIN, "keine", "richtlinie", "verfügbar"), errors=(13850,)),
    GermanSentence(("richtlinie", "übereinstimm|abgleich", "fehler"), errors=(13868,)),
)


def german_sentences(text: str) -> tuple[GermanSentence, ...]:
    """The meanings of a text that is one of these sentences; of several only those with the most words."""
    plain = " ".join(re.findall(r"[^\W_]+", text.casefold()))
    said = _rows().fitting(plain)
    most = max((len(row.parts) for row in said), default=0)
    return tuple(row for row in said if len(row.parts) == most)


@cache
def _rows() -> RowsOfWords[GermanSentence]:
    return RowsOfWords((row, tuple(tuple(part.split("|")) for part in row.parts)) for row in GERMAN_SENTENCES)
