"""Why Network Policy Server refused a user: its reason codes, what each means, and what a VPN client shows for it.

Meanings are in our words, from Microsoft's pages of NPS reason codes (dd197464 0 to 37, dd197521 38 to 257, dd197582
258 to 282, dd197508 283 to 303). Which error the client shows is known of few: a user that is not known or has another
password; no policy that matches, or one that allows neither the user nor the method (R. Hicks, errors 691 and 812).
"""

from __future__ import annotations

CLIENT_ERRORS = {"16": 691, "48": 812, "49": 812, "65": 812, "66": 812}
"""The error of Remote Access that the client shows, by the reason code."""

NPS_REASONS = {
    "4": "no global catalog was reached",
    "5": "no domain controller of the user's domain was reached",
    "16": "the user is not known, or name and password do not fit",
    "22": "the server cannot process the type of EAP that the client wants",
    "34": "the account is disabled",
    "36": "the account is locked out",
    "38": "a restriction of the account was not kept, such as a blank password",
    "48": "no network policy fits the request",
    "49": "no connection request policy fits the request",
    "65": "the dial-in permission of the account denies it",
    "66": "the network policy that fits does not allow the method of authentication",
    "258": "the list of revoked certificates could not be read to check the client's certificate",
    "259": "the authority that keeps the list of revoked certificates was not reached",
    "261": "neither Active Directory nor the local accounts were reached",
    "262": "the RADIUS message came incomplete, and its signature was not checked",
    "263": "user or computer did not give complete credentials",
    "264": "the clocks of client and server differ",
    "265": "the client's certificate is of a root authority that the server does not trust",
    "266": "a message came that was not expected or is malformed",
    "267": "the client's certificate has not the usage Client Authentication",
    "268": "the client's certificate has expired",
    "283": "the client's certificate has not the purpose Client Authentication",
    "284": "the issuer of the client's certificate is not the one above it in its chain",
    "285": "the client's certificate was not found, or lacks information",
    "286": "the client's certificate is of an authority that the server does not trust",
    "287": "the client's certificate is of no enterprise root authority that the server trusts",
    "289": "the client's certificate is revoked",
    "291": "the list of revoked certificates was not found or not reached",
}
"""What each reason code means."""


def meaning(reason: str | None) -> str:
    """A reason code with what it means, as far as that is known."""
    if reason is None or not reason.isascii() or not reason.isdigit():
        return "NPS gives no reason by number"
    known = NPS_REASONS.get(reason)
    return f"NPS gives reason {reason}: {known}" if known else f"NPS gives reason {reason}"
