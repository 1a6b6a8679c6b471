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


@cases(
    "text",
    [
        "<p>Ann: what is the PSK?</p>\n<p>Bob: {}</p>\n",
        "<div>psk?</div><div><b>Bob</b> <i>10:02</i></div><div>{}</div>",
        "<tr><td>Ann</td><td>which pre-shared key for Berlin?</td></tr>\n<tr><td>Bob</td><td>{}</td></tr>",
        '[{{"by": "Ann", "text": "what is the PSK?"}}, {{"by": "Bob", "text": "{}"}}]',
        '{{"text": "psk?"}},\n{{\n  "by": "Bob",\n  "text": "{}"\n}}',
        "VPN type\nPre-shared key\n{}\nUser name (optional)\n",
        "Pre-shared key (L2TP)\n\n{}\n",
        "> Pre-shared key\n> {}\n",
        "PSK   {}\n",
        "+ PSK\n+ `{}`\n",
        "Use {} as the pre-shared key.",
        "{} is our PSK",
        'Please enter "{}" in the field "Pre-shared key"',
        "{} ist der PSK",
        "please set the PSK to {}",
        "The pre-shared key must be {} on both ends.",
        "revert the PSK back to {}, please",
        "PSK - {}\n",
        "PSK \u2192 {}\n",
        "PSK used: {}\n",
        "the PSK I used was {}.",
        "type in {} when it asks for the pre-shared key",
        "use {} when prompted for the pre-shared key",
        "the PSK that we use is {}.",
        "replaced the PSK with {}\n",
        "der PSK wurde auf {} ge\u00e4ndert\n",
        "PSK 1: {}\nPSK A: none\n",
        "PSK Berlin: {}\n",
        "PSK/Berlin-2: {}\n",
        "PSK used on both ends = {}\n",
        "The PSK on both ends is {}.",
        "shared secret between Berlin and Bonn: {}\n",
        "secret key: {}\n",
    ],
)
def test_a_word_that_no_sentence_has_is_the_key_that_is_told(text: str) -> None:
    written = text.format("Hunter2dogs")
    assert [written[begin:end] for begin, end in keys_in(written)[0]] == ["Hunter2dogs"]


@cases(
    "text",
    [
        "<h2>What is a PSK?</h2>\n<p>Overview</p>\n",
        "<p>What is the PSK?</p><p>It is a secret that both ends have, e.g. IKEv2 uses it</p>",
        '[{"text": "what is the PSK?"}, {"by": "ann@example.org", "at": "10:02:11", "text": "IKEv2"}]',
        "Pre-shared key\nCertificate\nKerberos\n",
        "Pre-shared key\nMS-CHAPv2\n",
        "Pre-shared key\nrules/page2.md\n",
        "PSK\nDWORD:12\n",
        "[**IKEv2**](#ike_v2) is a shared secret protocol",
        "KB5009543 is for the pre-shared key",
        "which pre-shared key for the tunnel?\nRestart\n",
        "as gw1.example.org is the PSK peer",
        "Change the PSK on fw01-muc to a longer one.",
        "update the PSK with fw01-muc tonight",
        "copy the PSK to fw01-muc2",
        "The PSK must be base64-encoded.",
        "Set the pre-shared key to a random value of 32 characters.",
        "Authentication was changed from pre-shared key to AES256-GCM",
        "set rule name=a auth1=computerpsk new profile=any2b",
        "we changed the PSK (RFC7296) in 2026-03",
        "PSK - see INC0012345\n",
        "- Preshared key\n- `Kerberos`\n",
        "PSK Peer: gw7berlin\nPSK Ticket: abc1234x\nPSK Expires: 03Mar2026\n",
        "PSK 2: 32chars\nPSK Berlin: gw7-berlin\nPSK on both ends: AES-256\n",
        "PSK auth failed: Error7x\nPSK on gw7 failed today\n",
    ],
)
def test_an_ordinary_word_there_is_none(text: str) -> None:
    assert keys_in(text)[1] == set()


@cases(
    "sentence",
    [
        "change the PSK from {} to {}!",
        "we rotated the shared secret, old {}, new {}",
        "PSK rotated ({} -> {})",
        'The pre-shared key was changed from "{}" to "{}"',
        "use {} instead of {} as PSK",
        "PSK von {} auf {} ge\u00e4ndert",
        "replace PSK {} with {}.",
    ],
)
def test_both_keys_are_masked_where_one_takes_the_place_of_the_other(sentence: str) -> None:
    written = sentence.format("Hunter2dogs", "gehe$imnis")
    masked = [written[begin:end] for begin, end in keys_in(written)[0]]
    assert [key for key in ("Hunter2dogs", "gehe$imnis") if not any(key in each for each in masked)] == []
