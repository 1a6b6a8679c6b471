"""The errors that one end notifies the other of: RFC 7296, 3.10.1, and RFC 2408, 3.14.1, which IKEv1 has.

Which error of Windows says the same is our reasoning, by its text. What the other end gets over, as a request for
another group or for a later try, has none. The short names are those of strongSwan (strongswan/strongswan,
`notify_payload.c`).
"""

from __future__ import annotations

from typing import NamedTuple


class Notify(NamedTuple):
    """An error by its name, that of Windows or of Remote Access for it, and whether the SA of traffic alone fails.

    `short` is the name in charon's lists of the payloads of a message: `[ N(NO_PROP) ]`.
    """

    name: str
    code: int | None = None
    of_child: bool = False
    short: str | None = None


_OF_BOTH = (
    Notify("INVALID_MAJOR_VERSION", 13880),
    Notify("INVALID_MESSAGE_ID"),
    Notify("INVALID_SPI"),
    Notify("NO_PROPOSAL_CHOSEN", 13868, short="NO_PROP"),
    Notify("AUTHENTICATION_FAILED", 13801, short="AUTH_FAILED"),
)
_OF_IKEV2 = (
    Notify("UNSUPPORTED_CRITICAL_PAYLOAD", 13823),
    Notify("INVALID_IKE_SPI"),
    Notify("INVALID_SYNTAX", 13843, short="INVAL_SYN"),
    Notify("INVALID_KE_PAYLOAD"),
    Notify("SINGLE_PAIR_REQUIRED", 13825, of_child=True, short="SINGLE_PAIR"),
    Notify("NO_ADDITIONAL_SAS"),
    Notify("INTERNAL_ADDRESS_FAILURE", 840, short="INT_ADDR_FAIL"),
    Notify("FAILED_CP_REQUIRED", 840, short="FAIL_CP_REQ"),
    Notify("TS_UNACCEPTABLE", 13825, of_child=True, short="TS_UNACCEPT"),
    Notify("INVALID_SELECTORS"),
    Notify("TEMPORARY_FAILURE"),
    Notify("CHILD_SA_NOT_FOUND"),
)
_OF_IKEV1 = (
    Notify("INVALID_PAYLOAD_TYPE", 13843),
    Notify("DOI_NOT_SUPPORTED", 13862),
    Notify("SITUATION_NOT_SUPPORTED", 13863),
    Notify("INVALID_COOKIE"),
    Notify("INVALID_MINOR_VERSION", 13824),
    Notify("INVALID_EXCHANGE_TYPE", 13824),
    Notify("INVALID_FLAGS", 13824),
    Notify("INVALID_PROTOCOL_ID", 13868),
    Notify("INVALID_TRANSFORM_ID", 13868),
    Notify("ATTRIBUTES_NOT_SUPPORTED", 13802, short="ATTR_UNSUP"),
    Notify("BAD_PROPOSAL_SYNTAX", 13831),
    Notify("PAYLOAD_MALFORMED", 13843, short="PLD_MAL"),
    Notify("INVALID_KEY_INFORMATION", 13833),
    Notify("INVALID_ID_INFORMATION", 13801, short="INVAL_ID"),
    Notify("INVALID_CERT_ENCODING", 13835, short="INVAL_CERTEN"),
    Notify("INVALID_CERTIFICATE", 13801, short="INVAL_CERT"),
    Notify("CERT_TYPE_UNSUPPORTED", 13819, short="CERT_UNSUP"),
    Notify("INVALID_CERT_AUTHORITY", 13801, short="INVAL_CA"),
    Notify("INVALID_HASH_INFORMATION", 13801, short="INVAL_HASH"),
    Notify("INVALID_SIGNATURE", 13826),
    Notify("CERTIFICATE_UNAVAILABLE", 13847),
    Notify("UNSUPPORTED_EXCHANGE_TYPE", 13824),
    Notify("UNEQUAL_PAYLOAD_LENGTHS", 13843),
)
NOTIFIES = (*_OF_BOTH, *_OF_IKEV2, *_OF_IKEV1)
"""All errors that are notified."""
NOTIFIED = tuple(notify.name for notify in NOTIFIES if notify.code is not None)
"""The names of those for which Windows has an error."""


def notify_named(text: str) -> Notify | None:
    """The error that a log or a capture names: `NO_PROPOSAL_CHOSEN`, `v2N_TS_UNACCEPTABLE`, `Payload-Malformed`."""
    name = text.strip().upper().replace("-", "_").replace(" ", "_").removeprefix("V2N_").removeprefix("NOTIFY_")
    return next((notify for notify in NOTIFIES if notify.name == name), None)
