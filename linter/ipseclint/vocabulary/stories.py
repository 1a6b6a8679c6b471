"""Long explanations of Windows errors.

The text on queue drops rests on [MS-ERREF], [MS-AIPS], [MS-IKEE] and the audit pages cited in the default ruleset; our
reasoning is marked as such in the text.
"""

from __future__ import annotations

from ipseclint.vocabulary import table_text

_STORIES = {
    13809: "queue_drop_story.txt",
    13810: "queue_drop_story.txt",
    13811: "queue_drop_story.txt",
    13812: "queue_drop_story.txt",
}

CORRECTIONS = {
    13809: "Some web pages call 13809 ERROR_IPSEC_IKE_NEGOTIATION_FAILED. There is no such constant.",
    13826: "Some web pages call 13826 ERROR_IPSEC_IKE_PROCESSING_ERROR (0x35FC). 13826 is 0x3602; the codes for "
    "processing errors are 13804 GENERAL_PROCESSING_ERROR and 13829 PROCESS_ERR.",
    13820: "Some web pages give 0x35FC as a processing error. 0x35FC is 13820, NO_PRIVATE_KEY.",
    13800: "A marker for the begin of the range of negotiation errors, never itself a failure.",
    13897: "A marker for the end of the range of negotiation errors, never itself a failure.",
    13909: "A marker for the end of the extended range of negotiation errors, never itself a failure.",
    13884: "Old headers gave this number to the end marker of the range; it is QM_LIMIT now.",
    13889: "[MS-ERREF] calls this number INVALID_UMATTS, winerror.h INVALID_AUTH_PAYLOAD.",
}
"""Corrections of what is said wrongly, or easily misread, about a code."""

REMEDIES = {
    13860: "Windows' own sentence names the cause, a negotiation that took too long, and the remedy: reduce the load "
    "on the machine that reports it. The rules below name settings that make load (our reasoning): renewals by volume "
    "first.",
    13903: "Fewer initiators behind one address, or a start spread over time. That this is the visible end of the "
    "limit of 35 half-open negotiations of one address (MS-IKEE, Vista and Server 2008) is our inference from the two "
    "texts.",
}
"""Remedies for a code, with what of it is our reasoning."""

_NO_ANSWER = (
    "1. UDP 500 or 4500 is blocked on the way or at the peer; 2. the peer has no rule for these "
    "addresses, or its service IKEEXT does not run; 3. the peer is off, or no member of the design; 4. "
    "fragments of the messages with certificates are dropped"
)
BETWEEN_HOSTS = {
    13801: "1. the rules of the ends have no authentication method in common; 2. the preshared keys differ; 3. "
    "the certificate that one end shows is not below the authority that the other's rule names, is no "
    "longer valid, or has another usage; 4. with Kerberos, the ends are in domains that do not trust each"
    " other, or no domain controller is reached without IPsec. Failure Point says which end refused: look"
    " at what the other one shows",
    13805: _NO_ANSWER,
    13806: "1. the end that Failure Point names has no certificate with a private key in LocalMachine\\My; 2. it "
    "has one, which is not below the authority that the rule names; 3. the certificate is no longer "
    "valid, or has not the usage that the rule asks for",
    13813: _NO_ANSWER,
    13825: "1. the end that Failure Point names has no rule for these addresses; 2. its rule is for a profile "
    "that is not active, or is disabled; 3. the GPO with the rule has not arrived there",
    13827: "1. one end reaches no domain controller, or only one that its rules require IPsec with; 2. the ends are in "
    "domains that do not trust each other, or one is in none; 3. the clocks of the ends differ by more than Kerberos "
    "allows, five minutes by default; 4. the account of one end has lost its trust with the domain",
    13868: "1. the main-mode or quick-mode sets of the ends have no proposal in common; 2. the groups of perfect"
    " forward secrecy differ; 3. one end wants a tunnel and the other transport. `ipseclint negotiate A "
    "B` names which",
}
"""The causes of an error between hosts that have IPsec rules, in the order to check them: our reasoning from Windows'
texts of the errors."""


def between_hosts(code: int) -> str | None:
    """The causes of an error between hosts that have IPsec rules; None if none is known."""
    causes = BETWEEN_HOSTS.get(code)
    if causes is None:
        return None
    return f"Causes between hosts with IPsec rules, in the order to check them (our reasoning): {causes}."


def story(code: int) -> str | None:
    """The long explanation of an error, if there is one."""
    name = _STORIES.get(code)
    return table_text(name) if name else None
