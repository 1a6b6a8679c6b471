"""Reason codes of Network Policy Server for refusing a user, their meanings, and the VPN client's errors for them.

Meanings are in our words, from Microsoft's pages of NPS reason codes (dd197464 0 to 37, dd197521 38 to 257, dd197582
258 to 282, dd197508 283 to 303). The client's error is known for few: a user that is not known or has another password;
no policy that matches, or one that allows neither the user nor the method (R. Hicks, errors 691 and 812).
"""

from __future__ import annotations

CLIENT_ERRORS = {"16": 691, "48": 812, "49": 812, "65": 812, "66": 812}
"""The error of Remote Access that the client shows, by the reason code."""

NPS_REASONS = {
    "0": "the user was let in",
    "1": "an error within NPS",
    "2": "NPS has not the rights that the request needs",
    "3": "the request of the VPN server is malformed",
    "4": "no global catalog was reached",
    "5": "no domain controller of the user's domain was reached",
    "6": "NPS is not available: memory, name of a domain controller or accounts fail it",
    "7": "the domain of the user's name does not exist",
    "8": "the user's account does not exist",
    "9": "an extension of NPS, such as that for multifactor authentication, discarded the request",
    "10": "an extension of NPS has failed",
    "16": "the user is not known, or name and password do not fit",
    "17": "the user's change of the password failed",
    "18": "NPS does not support the method of authentication",
    "19": "CHAP needs passwords that are stored with reversible encryption",
    "20": "LAN Manager authentication is not supported",
    "21": "an extension of NPS, such as that for multifactor authentication, rejected the request",
    "22": "the server cannot process the type of EAP that the client wants",
    "23": "an error within EAP: its logs stand in %windir%\\System32\\Logfiles",
    "32": "NPS is in a workgroup, and the user is of a domain",
    "33": "the user must change the password",
    "34": "the account is disabled",
    "35": "the account has expired",
    "36": "the account is locked out",
    "37": "the account has no logon at this hour",
    "38": "a restriction of the account was not kept, such as a blank password",
    "48": "no network policy fits the request",
    "49": "no connection request policy fits the request",
    "64": "remote access has locked the account out after wrong passwords",
    "65": "the dial-in permission of the account denies it",
    "66": "the network policy that fits does not allow the method of authentication",
    "67": "the caller's address or number is not that of Verify Caller ID in the account",
    "68": "the network policy that fits does not allow this day and hour",
    "69": "the number that was called is not that of the network policy that fits",
    "70": "the kind of port is not that of the network policy that fits: a VPN is Virtual",
    "72": "the password has expired, and the network policy does not let the user change it",
    "73": "the client's certificate has not the usage Client Authentication",
    "80": "NPS could not write its accounting",
    "96": "the session of EAP was not brought to its end in time",
    "97": "a RADIUS message came that does not fit into the authentication",
    "112": "a remote RADIUS server rejected the request: its own log says why",
    "113": "the group of remote RADIUS servers to forward to does not exist",
    "115": "what came is neither a connection request nor accounting, and was not forwarded",
    "116": "the request could not be sent to the remote RADIUS server",
    "117": "the remote RADIUS server did not answer in time",
    "118": "the remote RADIUS server answered with a malformed message",
    "256": "the client's certificate is revoked",
    "257": "the list of revoked certificates could not be read, since a DLL is missing",
    "258": "the list of revoked certificates could not be read to check the client's certificate",
    "259": "the authority that keeps the list of revoked certificates was not reached",
    "260": "a message of EAP was altered on its way",
    "261": "neither Active Directory nor the local accounts were reached",
    "262": "the RADIUS message came incomplete, and its signature was not checked",
    "263": "user or computer did not give complete credentials",
    "264": "the clocks of client and server differ",
    "265": "the client's certificate is of a root authority that the server does not trust",
    "266": "a message came that was not expected or is malformed",
    "267": "the client's certificate has not the usage Client Authentication",
    "268": "the client's certificate has expired",
    "269": "client and server have no algorithm of TLS in common",
    "270": "the network policy wants a smart card, and the user came with something else",
    "271": "NPS was about to stop or to start",
    "272": "the client's certificate is mapped to several accounts",
    "273": "Windows' verification of trust knows no provider to ask",
    "274": "the provider of trust does not support the action",
    "275": "the provider of trust does not support the form of what it is asked about",
    "276": "the program that calls EAP is not trusted",
    "277": "the program that calls EAP is not signed, or its signer's certificate is not found",
    "278": "the client's certificate has expired",
    "279": "the periods of validity in the chain of the client's certificate do not fit",
    "280": "the client's certificate was not issued by a valid authority",
    "281": "the chain of the client's certificate is longer than an authority in it allows",
    "282": "the client's certificate has a critical extension that NPS does not know",
    "283": "the client's certificate has not the purpose Client Authentication",
    "284": "the issuer of the client's certificate is not the one above it in its chain",
    "285": "the client's certificate was not found, or lacks information",
    "286": "the client's certificate is of an authority that the server does not trust",
    "287": "the client's certificate is of no enterprise root authority that the server trusts",
    "288": "the client's certificate is not trusted, for a reason that is not given",
    "289": "the client's certificate is revoked",
    "290": "a certificate for tests is in use whose root the server does not trust",
    "291": "the list of revoked certificates was not found or not reached",
    "292": "the user's name is not the common name of the certificate",
    "293": "the client's certificate has not the usage Client Authentication",
    "294": "the client's certificate is among those that an administrator does not trust",
    "295": "the client's certificate is of an authority that the server does not trust",
    "296": "the client's certificate has not the usage Client Authentication",
    "297": "the client's certificate has no valid name",
    "298": "the certificate has no valid principal name, or not that of the user",
    "299": "what was verified came in a wrong order",
    "300": "the client's certificate is malformed, and holds no credentials that EAP finds",
    "301": "the client's proof of being at both ends of PEAP (cryptobinding) is wrong, as of one in the middle",
    "302": "the client's proof of being at both ends of PEAP (cryptobinding) is missing",
}
"""The meaning of each reason code."""


GIVES_REASON = "NPS gives reason "
"""How the meaning of a reason code that stands there begins."""


def meaning(reason: str | None) -> str:
    """A reason code with its meaning, if known."""
    if reason is None or not reason.isascii() or not reason.isdigit():
        return "NPS gives no reason by number"
    known = NPS_REASONS.get(reason)
    return f"{GIVES_REASON}{reason}: {known}" if known else f"{GIVES_REASON}{reason}"
