"""A sentence that goes on behind the words for a key holds none; a key in the same place is found."""

from __future__ import annotations

from ipseclint.secrets import key_spans, keys_in
from tests.cases import cases


@cases(
    "sentence",
    [
        "For **Type of sign-in info**, choose a pre-shared key without client certificate.",
        "Use a pre-shared key with at least 20 characters.",
        "The pre-shared key must be the same on both ends.",
        "A pre-shared key and not a certificate is used.",
        "The PSK is required and the password is case-sensitive.",
        "The PSK is 20 characters, and the shared secret is the same.",
        "The PSK is SHA.",
        "Pre-Shared Key for VPN",
        "PSK or certificates?\nCertificates",
        "Do you have the PSK?\nnetsh ipsec static show all",
        "Bob: psk?\nAnn: no idea",
        "Is a PSK set?\nAnn: no",
        "Der PSK lautet wie folgt:",
    ],
)
def test_words_of_a_sentence_are_no_key(sentence: str) -> None:
    assert not list(key_spans(sentence, "guide.md"))


@cases(
    ("line", "key"),
    [
        ("ikev1 pre-shared-key Geheim123", "Geheim123"),
        ("  pre-shared-key with", "with"),
        ("The PSK is Geheim123.", "Geheim123"),
        ("PSK was now: gehe$im", "gehe$im"),
        ('Der PSK lautet "zwei worte"', "zwei worte"),
        ("Der PSK lautet Sommerregenbogen.", "Sommerregenbogen"),
        ("The shared secret is `zwei worte`", "zwei worte"),
        ('{"Description": "the PSK is \\"zwei worte\\""}', "zwei worte"),
        ("  pre-shared-key without-blanks", "without-blanks"),
        ('set ike pre-shared-key ascii-text "for you"', "for you"),
        ("pre-shared key: without client certificate", "without client certificate"),
    ],
)
def test_a_key_behind_its_name_is_one_whatever_word_it_is(line: str, key: str) -> None:
    assert any(key in line[span.column - 1 : span.column - 1 + span.length] for span in key_spans(line, "router.txt"))


@cases(
    "text",
    [
        "[10:11] Ann: psk?\n[10:12] Bob: {}\n",
        "Ann: The PSK?\nBob: {}",
        "> psk?\n{}\n",
        "10:11 - Ann: what is the PSK for Berlin?\n10:12 - Bob: {}4\n",
    ],
)
def test_the_answer_to_a_question_for_a_key_is_one(text: str) -> None:
    assert any("Sommerregenbogen" in each for each in keys_in(text.format("Sommerregenbogen"))[1])


@cases(
    "sentence",
    [
        "Check that the pre-shared key matches exactly on both the router and Lisbon.",
        "Enter the Pre-shared key you created in Lisbon",
        "Enter the shared secret previously entered at Lisbon.",
        "The pre-shared key between Lisbon and Porto",
    ],
)
def test_a_word_of_a_sentence_on_a_key_is_masked_in_the_sentence_alone(sentence: str) -> None:
    texts = keys_in(f"{sentence}\n")[1]
    assert not any(word.strip(".") in texts for word in sentence.split())


@cases(
    ("sentence", "key"),
    [
        ("Enter the pre-shared key Sonnenschein on both routers.", "Sonnenschein"),
        ("the pre-shared key Winter Schnee7 Lisbon", "Schnee7"),
        ("set auth1psk=Sonnenschein on both", "Sonnenschein"),
    ],
)
def test_a_key_in_a_sentence_is_masked_everywhere(sentence: str, key: str) -> None:
    assert key in keys_in(f"{sentence}\n")[1]
