"""The audit events of IPsec in the Security log: the subject of each, and the words of its fields.

Events and their texts: Microsoft's "Audit IPsec Main Mode", "Audit IPsec Quick Mode", "Audit IPsec Extended Mode",
"Audit IPsec Driver", "Audit Filtering Platform Policy Change", and "Appendix L: Events to Monitor". Words: the message
table of msobjs.dll as Elastic Beats publish it for the Security log. Texts of failures: the messages of Windows' errors
(MS-ERREF 2.2), which the IKE service writes as the reason; several errors share one text.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from functools import cache

from msgspec import Struct

from ipseclint.late import late
from ipseclint.vocabulary import table_text
from ipseclint.vocabulary.key_modules import KeyModule
from ipseclint.vocabulary.rows import folded, names, readings


class AuditEvent(Struct, frozen=True):
    """One kind of event: the part of the negotiation, its success (None: neither success nor failure), and its
    error."""

    kind: str
    success: bool | None = None
    error_code: int | None = None


PROVIDER = "Microsoft-Windows-Security-Auditing"

SERVICE_FAILURES = frozenset({4712, 5457, 5459, 5461, 5462, 5466, 5472, 5474, 5477, 5480, 5483, 5484, 5485})
"""The events of the services that report a failure: Microsoft lists them as failures, or their text says so."""

_SERVICE_NEWS = (4709, 4710, 4711, *range(5040, 5049), 5456, 5458, 5460, *range(5463, 5469), 5471, 5473, 5478, 5479)

AUDIT_EVENTS = {
    4646: AuditEvent("service"),
    4650: AuditEvent("main-mode", success=True),
    4651: AuditEvent("main-mode", success=True),
    4652: AuditEvent("main-mode", success=False),
    4653: AuditEvent("main-mode", success=False),
    4654: AuditEvent("quick-mode", success=False),
    4655: AuditEvent("main-mode"),
    4960: AuditEvent("kernel-drop", error_code=13915),
    4961: AuditEvent("kernel-drop", error_code=13913),
    4962: AuditEvent("kernel-drop", error_code=13913),
    4963: AuditEvent("kernel-drop", error_code=13916),
    4965: AuditEvent("kernel-drop", error_code=13910),
    4976: AuditEvent("main-mode"),
    4977: AuditEvent("quick-mode"),
    4978: AuditEvent("extended-mode"),
    4979: AuditEvent("extended-mode", success=True),
    4980: AuditEvent("extended-mode", success=True),
    4981: AuditEvent("extended-mode", success=True),
    4982: AuditEvent("extended-mode", success=True),
    4983: AuditEvent("extended-mode", success=False),
    4984: AuditEvent("extended-mode", success=False),
    5451: AuditEvent("quick-mode", success=True),
    5452: AuditEvent("quick-mode"),
    5453: AuditEvent("service", success=False),
    5152: AuditEvent("classify-drop"),
    5157: AuditEvent("classify-drop"),
    5049: AuditEvent("main-mode"),
    **{number: AuditEvent("service") for number in sorted(_SERVICE_NEWS)},
    **{number: AuditEvent("service", success=False) for number in sorted(SERVICE_FAILURES)},
}
"""Events by number. The driver's have no reason: their text is that of one error (integrity check, replay check,
clear text, wrong SPI). The services' other events tell of a start, a stop or a change. 4964, among them by number, is
about logons."""

FILTER_DROPS = frozenset({5152, 5157})
"""The events of a packet and of a connection that a filter blocked, of whatever kind (Microsoft, Audit Filtering
Platform Packet Drop and Audit Filtering Platform Connection)."""


_CERTIFICATE = (None, None, None)
_ENDS = (None, "LocalAddress", None, None, "RemoteAddress", None)
_ENDS_WITH_CERTIFICATES = (None, "LocalAddress", None, *_CERTIFICATE, None, "RemoteAddress", None, *_CERTIFICATE)
_MAIN_MODE = ("KeyModName", None, "Role", None, "MMFilterID")
_FAILURE = ("FailurePoint", "FailureReason", "State", None, None)
MESSAGE_FIELDS: dict[int, tuple[str | None, ...]] = {
    4650: (*_ENDS, None, None, None, None, None, None, *_MAIN_MODE),
    4651: (*_ENDS_WITH_CERTIFICATES, None, None, None, None, None, None, *_MAIN_MODE),
    4652: (*_ENDS_WITH_CERTIFICATES, *_MAIN_MODE, *_FAILURE),
    4653: (*_ENDS, *_MAIN_MODE, *_FAILURE),
    4654: (
        *("LocalAddress", None, None, None, "RemoteAddress", None, None, None, None),
        *(None, "KeyModName", None, "Role", "QMFilterID", None, "State", None, "FailurePoint", "FailureReason"),
    ),
    4655: ("LocalAddress", "RemoteAddress", "KeyModName", None),
}
"""The labelled values of an event's text in order, by their names in XML; None for a value that is not kept.

The order is that of the message templates of Microsoft-Windows-Security-Auditing, which translations keep.
"""

LABELS = {
    "keying module name": "KeyModName",
    "role": "Role",
    "main mode filter id": "MMFilterID",
    "quick mode filter id": "QMFilterID",
    "failure point": "FailurePoint",
    "failure reason": "FailureReason",
    "state": "State",
    "local network address": "LocalAddress",
    "remote network address": "RemoteAddress",
    "nas port-type": "NASPortType",
    "connection request policy name": "ProxyPolicyName",
    "proxy policy name": "ProxyPolicyName",
    "network policy name": "NetworkPolicyName",
    "reason code": "ReasonCode",
    "protocol": "Protocol",
    "source port": "SourcePort",
    "destination port": "DestPort",
    "filter run-time id": "FilterRTID",
}
"""The English labels in an event's text, folded, with the names of their values in XML."""

OTHER_LABELS = (
    "network address", "network address mask", "local principal name", "principal name", "keying module port",
    "additional information", "failure information", "authentication method", "impersonation state",
    "initiator cookie", "responder cookie", "local certificate", "remote certificate", "sha thumbprint", "issuing ca",
    "root ca", "mode", "tunnel endpoint", "port", "private address", "message id",
    "virtual interface tunnel id", "traffic selector id", "security association information", "lifetime (minutes)",
    "quick mode limit", "main mode sa id", "cryptographic information", "cipher algorithm", "integrity algorithm",
    "diffie-hellman group", "inbound spi", "outbound spi",
)  # fmt: skip
"""The other labels of an event's text, folded: they end the value before them where a text is on one line."""

SECTIONS = {"local endpoint": "LocalAddress", "remote endpoint": "RemoteAddress"}
"""The sections of an event's text whose `Network Address` is that of an end, folded."""

VALUE_NAMES = names(
    "AhAuthType AuthenticationSetId AuthenticationSetName CipherType ConnectionSecurityRuleId"
    " ConnectionSecurityRuleName CryptographicSetId CryptographicSetName DHGroup EMAuthMethod EMImpersonationState"
    " Error EspAuthType FailurePoint FailureReason InboundSpi InitiatorCookie IpProtocol IpSecSecurityAssociationId"
    " IpSecSecurityAssociationName KeyModName KeyingModuleName LifetimeKilobytes LifetimePackets LifetimeSeconds"
    " LocalAddress LocalAddressMask LocalEMCertHash LocalEMIssuingCA LocalEMPrincipalName LocalEMRootCA"
    " LocalKeyModPort LocalMMCertHash LocalMMIssuingCA LocalMMPrincipalName LocalMMRootCA LocalPort"
    " LocalTunnelEndpoint MMAuthMethod MMCipherAlg MMFilterID MMImpersonationState MMIntegrityAlg MMLifetime MMSAID"
    " MainModeSaId MessageID Mode OutboundSpi PeerPrivateAddress Policy ProfileChanged Protocol QMFilterID QMLimit"
    " QuickModeFilter QuickModeSaId RemoteAddress RemoteAddressMask RemoteEMCertHash RemoteEMIssuingCA"
    " RemoteEMPrincipalName RemoteEMRootCA RemoteKeyModPort RemoteMMCertHash RemoteMMIssuingCA RemoteMMPrincipalName"
    " RemoteMMRootCA RemotePort RemotePrivateAddress RemoteTunnelEndpoint ResponderCookie Role SPI State"
    " TrafficSelectorId TransportFilterId TunnelId notification param1 param2 param3"
    " SubjectUserSid SubjectUserName SubjectDomainName FullyQualifiedSubjectUserName SubjectMachineSID"
    " SubjectMachineName FullyQualifiedSubjectMachineName MachineInventory CalledStationID CallingStationID"
    " NASIPv4Address NASIPv6Address NASIdentifier NASPortType NASPort ClientName ClientIPAddress ProxyPolicyName"
    " NetworkPolicyName AuthenticationProvider AuthenticationServer AuthenticationType EAPType"
    " AccountSessionIdentifier ReasonCode Reason LoggingResult"
    " ProcessId Application Direction SourceAddress SourcePort DestAddress DestPort FilterRTID LayerName LayerRTID"
    " RemoteUserID RemoteMachineID InterfaceIndex FilterOrigin OriginalProfile CurrentProfile IsLoopback"
    " HasRemoteDynamicKeywordAddress"
)
"""The names of the values of these events in XML, from the templates in the provider's manifest."""
VALUE_NAMES_BY_WORD = {name.casefold(): name for name in VALUE_NAMES}
"""The same by their folded form."""

FIRST_INSERT = late(r"(?<![%\w])%1(?![\w%])")
"""The place of the first value in the text of a kind of events, as a list of such kinds has it."""

RECORD_MEMBERS = names(
    "id version qualifiers level task opcode keywords recordid providername providerid logname processid threadid"
    " machinename userid timecreated activityid relatedactivityid containerlog matchedqueryids bookmark"
    " leveldisplayname opcodedisplayname taskdisplayname keywordsdisplaynames properties message"
)
"""The properties of an event from Get-WinEvent (EventLogRecord of .NET), folded."""

SYSTEM_MEMBERS = names(
    "provider eventid version level task opcode keywords timecreated eventrecordid correlation execution channel"
    " computer security"
)
"""The elements of `System` in the XML of an event (event.xsd of the Windows SDK), folded."""

NPS_REFUSED = 6273
NPS_REFUSALS = (NPS_REFUSED, 6274)
"""Network Policy Server denied access to a user (Microsoft cc735399), or discarded the request for one, at whatever
kind of port: "most authentication failures produce these events" (Microsoft, NPS troubleshooting guidance)."""
NPS_OF_VPN = {"NASPortType": "virtual", "ProxyPolicyName": "vpn", "NetworkPolicyName": "vpn"}
"""Values in these events that mark a VPN, each with a telling word: the kind of port, or the names of policies, such as
the Virtual Private Network (VPN) Connections of the wizard."""
NPS_OF_RRAS = "microsoft routing and remote access service policy"
"""The policy that RRAS makes for itself, folded, which marks a VPN too."""

IKE_PROVIDERS = frozenset({"microsoft-windows-ike", "microsoft-windows-ikeext", "microsoft-windows-ikedbg", "ikeext"})
"""The event providers of the IKE service, folded; no page of Microsoft's says what their events hold."""

RAS_PROVIDERS = frozenset({"rasclient", "remoteaccess"})
RAS_EVENTS = {
    **dict.fromkeys((20049, 20063, 20109, 20249, 20253, 20276), AuditEvent("service", success=False)),
    20111: AuditEvent("service", success=False),
    20220: AuditEvent("service", success=False),
    20226: AuditEvent("service"),
    20227: AuditEvent("service", success=False),
    20255: AuditEvent("service", success=False),
    20271: AuditEvent("service", success=False),
    **dict.fromkeys(NPS_REFUSALS, AuditEvent("service", success=False)),
}
"""Events of dial-up and VPN connections in the Application and System logs, by number: a connection was terminated by
an error (RAS Connection Establishment, Microsoft cc773769), ended, failed, or was refused by the server, in PPP
(ROUTERLOG_PPP_FAILURE of mprlog.h) or for its credentials; one that a server makes to another failed (20111: Microsoft,
Troubleshoot a hybrid VPN connection); in the Security log of a server with Network Policy Server,
that this refused one. Of the first row, `ras_errors.toml` has the sources."""
RAS_SERVER_EVENTS = frozenset({20049, 20063, 20109, 20249, 20253, 20255, 20271, 20276, *NPS_REFUSALS})
"""The server's events; the others are the client's."""


KDC_PROVIDERS = frozenset({"microsoft-windows-kerberos-key-distribution-center", "kerberos-key-distribution-center"})
KDC_EVENTS = {
    39: "the certificate is valid, and mapped to its account by a name alone",
    40: "the certificate is mapped by a name alone, and older than its account",
    41: "the certificate holds another SID than that of its account",
}
"""Certificates that the key distribution center of a domain controller could not map to an account strongly, in the
System log (KB 5014754)."""


class EventText(Struct, frozen=True):
    """Windows' text of an event, and the audit subcategory that must be on, for success or failure."""

    subcategory: str
    audit: str
    text: str

    @property
    def first_sentence(self) -> str:
        """The text without the advice after its first sentence, and without the full stop."""
        return self.text.partition(". ")[0].rstrip(".")


@cache
def event_texts() -> dict[int, EventText]:
    """The text of each event about IPsec and the filtering platform in the Security log, by number."""
    text = table_text("audit_event_texts.csv")
    return {
        int(row["id"]): EventText(row["subcategory"], row["audit"], row["text"])
        for row in csv.DictReader(text.splitlines())
    }


PARAMETERS = {
    "%%8199": "Local computer",
    "%%8200": "Remote computer",
    "%%8201": "No state",
    "%%8202": "Sent first (SA) payload",
    "%%8203": "Sent second (KE) payload",
    "%%8204": "Sent third (ID) payload",
    "%%8205": "Initiator",
    "%%8206": "Responder",
    "%%8207": "No state",
    "%%8208": "Sent first (SA) payload",
    "%%8209": "Sent final payload",
    "%%8210": "Complete",
    "%%8211": "Unknown",
    "%%8214": "IKE/AuthIP DoS prevention mode started",
    "%%8215": "IKE/AuthIP DoS prevention mode stopped",
    "%%8218": "No state",
    "%%8219": "Sent first (EM attributes) payload",
    "%%8220": "Sent second (SSPI) payload",
    "%%8221": "Sent third (hash) payload",
    "%%8222": KeyModule.IKEV1.row.event,
    "%%8223": KeyModule.AUTHIP.row.event,
    "%%8244": KeyModule.IKEV2.row.event,
    "%%8245": "EAP payload sent",
    "%%8246": "Authentication payload sent",
    "%%16405": "Responder",
    "%%16406": "Initiator",
}
"""Words that an event stores as a number."""

KEY_MODULES = folded(readings(KeyModule, lambda module: module.row.event))
ROLES = {"initiator": "initiator", "responder": "responder"}
FAILURE_POINTS = {"local computer": "local", "remote computer": "remote"}


@cache
def _codes_by_text() -> dict[str, tuple[int, ...]]:
    text = table_text("windows_error_texts.csv")
    codes: defaultdict[str, list[int]] = defaultdict(list)
    for row in csv.DictReader(text.splitlines()):
        codes[_folded(row["text"])].append(int(row["code"]))
    return {words: tuple(numbers) for words, numbers in codes.items()}


def codes_of_reason(text: str) -> tuple[int, ...]:
    """The errors that a reason for a failure may mean: none if it is not known, several that share a text."""
    return _codes_by_text().get(_folded(text), ())


def _folded(text: str) -> str:
    return " ".join(text.split()).rstrip(".").casefold()


NUMBERS = "|".join(str(number) for number in (*AUDIT_EVENTS, *RAS_EVENTS))
"""The numbers of all events that are read, as a regular expression."""

LOG_NAMES = (
    "Log Name", "Protokollname", "Nombre de registro", "Nom du journal", "Nome registro", "Nome do log",
    "\u0418\u043c\u044f \u0436\u0443\u0440\u043d\u0430\u043b\u0430",
    "\u30ed\u30b0\u306e\u540d\u524d", "\u65e5\u5fd7\u540d\u79f0",
)  # fmt: skip
"""Event Viewer's label for the log of an event, with which a copy of an event begins."""

RECORD_LABELS = {
    **{name.casefold(): "log" for name in LOG_NAMES},
    "logname": "log",
    "event type": "log", "event source": "source",
    "ereignistyp": "log", "ereignisquelle": "source", "ereigniskennung": "number",
    "source": "source", "providername": "source", "provider name": "source", "quelle": "source",
    "event id": "number", "eventid": "number", "id": "number", "ereignis-id": "number",
    "id de l'\u00e9v\u00e9nement": "number", "id de l\u2019\u00e9v\u00e9nement": "number",
    "origen": "source", "id. del evento": "number", "fecha": "time",
    "descripci\u00f3n": "message", "eventcode": "number", "sourcename": "source",
    "date": "time", "timecreated": "time", "time created": "time", "datum": "time", "date and time": "time",
    "datum und uhrzeit": "time", "date et heure": "time", "fecha y hora": "time",
    "description": "message", "message": "message", "beschreibung": "message",
    "origine": "source", "id evento": "number", "data": "time", "descrizione": "message",
    "fonte": "source", "id do evento": "number", "descri\u00e7\u00e3o": "message",

    "\u0438\u0441\u0442\u043e\u0447\u043d\u0438\u043a": "source", "\u0434\u0430\u0442\u0430": "time",
    "\u043a\u043e\u0434 \u0441\u043e\u0431\u044b\u0442\u0438\u044f": "number",
    "\u043e\u043f\u0438\u0441\u0430\u043d\u0438\u0435": "message",
     "\u30bd\u30fc\u30b9": "source", "\u65e5\u4ed8": "time",
    "\u30a4\u30d9\u30f3\u30c8 id": "number", "\u8aac\u660e": "message",
     "\u6765\u6e90": "source", "\u65e5\u671f": "time",
    "\u4e8b\u4ef6 id": "number", "\u63cf\u8ff0": "message",
}  # fmt: skip
"""The labels of an event's parts in copies from Event Viewer, folded: in English, German, French, Spanish, Italian,
Portuguese, Russian, Japanese and Chinese; in English and German also those of Windows Server 2003 (KB 912023), where a
copy begins with the type of the event."""

AROUND_MESSAGE = frozenset({
    "level", "task category", "keywords", "user", "computer", "opcode", "logged", "entrytype",
    "ebene", "aufgabenkategorie", "schl\u00fcsselw\u00f6rter", "benutzer", "vorgangscode", "protokolliert",
    "niveau", "cat\u00e9gorie de la t\u00e2che", "mots cl\u00e9s", "utilisateur", "ordinateur",
})  # fmt: skip
"""The labels of what else a copy of Event Viewer says around a message, folded: in English, German and French."""
