"""What is said of each kind of word and text that `explain` takes, and what is suggested for others, is as stored.

After a change that is meant, `python -m tests.engine.test_stored_explanations` stores it anew: read the difference.
"""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.engine.explain.lookup import explanations
from ipseclint.engine.explain.near_words import suggestions
from ipseclint.engine.rulesets.ruleset import load_ruleset
from tests import ROOT

EXPECTED = ROOT / "tests" / "data" / "explanations.txt"

RULES = ("QD034", "cr023", "FL008", "RT016", "it001")
ERRORS = ("13801", "0x35F1", "13811", "ERROR_IPSEC_IKE_NO_POLICY", "13825", "13868", "13000", "13025", "789", "812")
EVENTS = ("4650", "4653", "4963", "4976", "5441", "5453", "5461", "5474", "20227", "20226")
OTHERS = (
    "IN001",
    "wv001",
    "wv002",
    "defaults",
    "13,809",
    "\u201c13809\u201d",
    "RAS 809",
    "error #-2147023431",
    "RAS 0x800B0101",
    "2148204801",
    "99999",
)
TEXTS = (
    "An IPsec main mode negotiation failed.\n\nFailure Information:\n\tFailure Reason:\t\tNo policy configured\n",
    "Event ID: 4654\nFailure Reason:\tIKE authentication credentials are unacceptable",
    "errors 13805 and 13806, then 13805 again and 13801",
    "IKE authentication credentials are",
    "IKE authentification credentials are unacceptable",
    "An IPsec quick mode negotiation faild",
    "Aushandlung im IPsec-Hauptmodus fehlgeschlagen",
    "CoId={1}: The user CORP\\x dialed a connection named W which has failed. Error code returned on failure is 809.",
    "CoId={1}: The user CORP\\x dialed a connection named W which has terminated. The reason code returned is 829.",
    "RasClient: the error code returned on failure is -2146762495",
    "RasClient: the error code returned on failure is 651",
    "VPN: The remote connection was not made because the attempted VPN tunnels failed",
    "L2TP, error: 13801",
    "no sentence of any",
)
NEARLY = ("QD34", "qd", "queue-drop", "no_policy", "1381", "no policy configurd", "x", "453", "dh-group-1-or-3")


def answers() -> Iterator[str]:
    ruleset = load_ruleset("default")
    for word in (*RULES, *ERRORS, *EVENTS, *OTHERS, *TEXTS):
        yield f"# {word!a}"
        for told in explanations(word, ruleset):
            yield f"{told.kind} {told.key}: {' '.join(told.rules)}"
            yield from told.text().splitlines()
    yield from (f"# {word}: {', '.join(suggestions(word, ruleset))}" for word in (*NEARLY, *TEXTS[3:5]))


def test_what_is_said_of_words_and_texts_is_as_stored() -> None:
    assert list(answers()) == EXPECTED.read_text("utf-8").split("\n")[:-1]


def store() -> None:
    EXPECTED.write_text("\n".join([*answers(), ""]), "utf-8", newline="\n")


if __name__ == "__main__":
    store()
