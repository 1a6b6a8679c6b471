"""The performance counters of IKE, AuthIP and the IPsec driver, by their sets.

Names and meaning: what Windows says of each counter, as the classes Win32_PerfFormattedData_Counters_IPsecIKEv2IPv4,
..._GenericIKEv1AuthIPandIKEv2 and ..._IPsecDriver give it (github.com/RRUZ/delphi-wmi-class-generator, made on
Windows 7). German names: a list of Windows' performance counters in that language.
"""

from __future__ import annotations

from msgspec import Struct

from ipseclint.vocabulary.ike_statistics import folded


class PerformanceCounter(Struct, frozen=True):
    """A performance counter by its English name, and its German one; None: not known."""

    name: str
    german: str | None

    @property
    def is_rate(self) -> bool:
        """Whether it is how many a second, and no level, total or time."""
        return self.name.endswith("/sec")


def _negotiations(mode: str, german: str, before: str) -> tuple[PerformanceCounter, ...]:
    """The counters of one mode: `german` is its negotiations, `before` what its associations are called by."""
    impersonated = f"{before}modus-Sicherheitszuordnungen mit Identit\u00e4tswechsel"
    return (
        PerformanceCounter(f"Active {mode} Mode SAs", f"Aktive {before}modus-Sicherheitszuordnungen"),
        PerformanceCounter(f"Pending {mode} Mode Negotiations", f"Ausstehende {german}"),
        PerformanceCounter(f"{mode} Mode Negotiations", german),
        PerformanceCounter(f"Successful {mode} Mode Negotiations", f"Erfolgreiche {german}"),
        PerformanceCounter(f"Failed {mode} Mode Negotiations", f"{german[:-2]}s-Fehler"),
        PerformanceCounter(f"{mode} Mode Negotiation Requests Received", f"Empfangene {german[:-2]}s-Anforderungen"),
        PerformanceCounter(f"{mode} Mode SAs That Used Impersonation", impersonated),
    )


_OF_MODES = (
    *_negotiations("Main", "Hauptmodusaushandlungen", "Haupt"),
    *_negotiations("Quick", "Schnellmodusaushandlungen", "Schnell"),
    *_negotiations("Extended", "Erweiterungsmodusaushandlungen", "Erweiterungs"),
)
_TIMES = tuple(
    PerformanceCounter(f"{module} {mode} Mode Negotiation Time", f"{module}-{german}modus-Aushandlungszeit")
    for module in ("IKEv1", "AuthIP", "IKEv2")
    for mode, german in (("Main", "Haupt"), ("Quick", "Schnell"))
)
_GENERIC = (
    *_TIMES,
    PerformanceCounter("Extended Mode Negotiation Time", "Erweiterungsmodus-Aushandlungszeit"),
    PerformanceCounter("Packets Received/sec", "Empfangene Pakete/Sek."),
    PerformanceCounter("Invalid Packets Received/sec", "Ung\u00fcltige empfangene Pakete/Sek."),
    PerformanceCounter("Successful Negotiations", "Erfolgreiche Aushandlungen"),
    PerformanceCounter("Failed Negotiations", "Fehlerhafte Aushandlungen"),
)
_DRIVER = (
    PerformanceCounter("Active Security Associations", "Aktive Sicherheitszuordnungen"),
    PerformanceCounter("Pending Security Associations", "Ausstehende Sicherheitszuordnungen"),
    PerformanceCounter("Incorrect SPI Packets", "Falsche SPI-Pakete"),
    PerformanceCounter("Bytes Received in Tunnel Mode/sec", "Bytes empfangen im Tunnelmodus/Sek."),
    PerformanceCounter("Bytes Sent in Tunnel Mode/sec", "Bytes gesendet im Tunnelmodus/Sek."),
    PerformanceCounter("Bytes Received in Transport Mode/sec", "Bytes empfangen im Transportmodus/Sek."),
    PerformanceCounter("Bytes Sent in Transport Mode/sec", "Bytes gesendet im Transportmodus/Sek."),
    PerformanceCounter("Offloaded Security Associations", "Abgeladene Sicherheitszuordnungen"),
    PerformanceCounter("Offloaded Bytes Received/sec", "Abgeladene Bytes empfangen/Sek."),
    PerformanceCounter("Offloaded Bytes Sent/sec", "Abgeladene Bytes gesendet/Sek."),
    PerformanceCounter("Packets That Failed Replay Detection", "Pakete mit Rahmenerkennungsfehler"),
    PerformanceCounter("Packets Not Authenticated", "Nicht authentifizierte Pakete"),
    PerformanceCounter("Packets Not Decrypted", "Nicht entschl\u00fcsselte Pakete"),
    PerformanceCounter("SA Rekeys", "Erneute Schl\u00fcssel der Sicherheitszuordnung"),
    PerformanceCounter("Security Associations Added", "Hinzugef\u00fcgte Sicherheitszuordnungen"),
    PerformanceCounter("Packets That Failed ESP Validation", "Pakete mit ESP-\u00dcberpr\u00fcfungsfehler"),
    PerformanceCounter("Packets That Failed UDP-ESP Validation", "Pakete mit UDP-ESP-\u00dcberpr\u00fcfungsfehler"),
    PerformanceCounter("Packets Received Over Wrong SA", "\u00dcber falsche Sicherheitszuordnung empfangene Pakete"),
    PerformanceCounter("Plaintext Packets Received", "Empfangene Nur-Text-Pakete"),
    PerformanceCounter("Total Inbound Packets Received", "Empfangene eingehende Pakete (gesamt)"),
    PerformanceCounter("Inbound Packets Received/sec", "Empfangene eingehende Pakete/Sek."),
    PerformanceCounter("Total Inbound Packets Dropped", "Verworfene eingehende Pakete (gesamt)"),
    PerformanceCounter("Inbound Packets Dropped/sec", "Verworfene eingehende Pakete/Sek."),
)

_BY_VERSION = tuple(
    f"IPsec {module} {version}" for module in ("IKEv1", "AuthIP", "IKEv2") for version in ("IPv4", "IPv6")
)
_GENERIC_SET = "Generic IKEv1, AuthIP, and IKEv2"
_DRIVER_SET = "IPsec Driver"
SET_LABELS = {name: name for name in (*_BY_VERSION, _GENERIC_SET, _DRIVER_SET)} | {
    "IKEv1, AuthIP und IKEv2 allgemein": _GENERIC_SET,
    "IPsec-Treiber": _DRIVER_SET,
}
"""The English names of the sets of counters by what they are called, in English and German."""
COUNTER_SETS = {folded(label): name for label, name in SET_LABELS.items()}
"""The same by their folded labels."""


def _by_label(counters: tuple[PerformanceCounter, ...]) -> dict[str, PerformanceCounter]:
    return {folded(name): row for row in counters for name in (row.name, row.german) if name is not None}


COUNTERS_OF_SET = {
    **dict.fromkeys(_BY_VERSION, _by_label(_OF_MODES)),
    _GENERIC_SET: _by_label(_GENERIC),
    _DRIVER_SET: _by_label(_DRIVER),
}
"""The counters of each set by their folded names."""
RATE_ENDINGS = ("persec", "sec", "sek")
"""How the folded name of a rate ends that stands beside a total of the same name."""


def counter_of(counter_set: str, label: str) -> PerformanceCounter | None:
    """A counter by the English name of its set and its label; None if it is not known."""
    known = COUNTERS_OF_SET[counter_set]
    name = folded(label)
    if (row := known.get(name)) is not None:
        return row
    for ending in RATE_ENDINGS:
        if name.endswith(ending) and (total := known.get(name.removesuffix(ending))) is not None:
            return PerformanceCounter(f"{total.name}/sec", None)
    return None
