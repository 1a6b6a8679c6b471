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


def story(code: int) -> str | None:
    """The long explanation of an error, if there is one."""
    name = _STORIES.get(code)
    return table_text(name) if name else None
