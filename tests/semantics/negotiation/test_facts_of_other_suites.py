"""Which suite two lists come to: facts of the tests of strongSwan (3b902ea, test_proposal.c), of libreswan (0c4e3ec,
testing/pluto) and of Batfish, each row with where it stands there. Further key exchanges (RFC 9370) are left out."""

from __future__ import annotations

from ipseclint.formats.kit.token import Token
from ipseclint.formats.peers.words import Parts
from ipseclint.semantics.negotiation.offers import Compared, common
from ipseclint.semantics.negotiation.stage import Answer, Stage
from ipseclint.vocabulary.algorithms import Encapsulation
from tests.cases import cases
from tests.semantics.negotiation.two_ends import answer, peer, verdict


def listed(suites: str, prefix: str = "") -> str:
    return f"[{', '.join(repr(prefix + suite) for suite in suites.split())}]"


@cases(
    ("source", "keying", "initiator", "responder", "chosen"),
    [
        ("select[23]", "ikev2", "aes128-sha256-modp3072", "aes128-sha256-modp3072", "AES-128+SHA-256+DH15"),
        ("select[24]", "ikev2", "aes128-sha256-modp3072-none", "aes128-sha256-modp3072", "AES-128+SHA-256+DH15"),
        ("select[25]", "ikev2", "aes128-sha256-modp3072", "aes128-sha256-modp3072-none", "AES-128+SHA-256+DH15"),
        ("ikev1-aggr-07-no-isakmp-proposal-chosen", "ikev1", "3des-sha1-modp1536", "3des-sha1-modp2048", None),
        (
            "ikev2-invalid-ke-01-invalid-modp",
            "ikev2",
            "aes128-sha1-modp1536 aes256-sha256-modp8192",
            "aes256-sha256-modp2048 aes256-sha256-modp8192",
            "AES-256+SHA-256+DH18",
        ),
        (
            "ikev2-invalid-ke-02-wrong-modp",
            "ikev2",
            "aes128gcm16-prfsha256-modp1536 aes256gcm16-prfsha256-modp2048",
            "aes128-sha256-modp1536 aes256gcm16-prfsha256-modp2048",
            "AES-GCM-256+PRF SHA-256+DH14",
        ),
        (
            "ikev2-invalid-ke-04-default-responder",
            "ikev2",
            "3des-md5-modp1536 aes256gcm16-prfsha256-modp8192",
            "aes256gcm16-prfsha256-ecp256 aes256gcm16-prfsha256-modp8192",
            "AES-GCM-256+PRF SHA-256+DH18",
        ),
        (
            "interop-ikev2-strongswan-25-ke-mismatch-initiator",
            "ikev2",
            "aes128-sha1-modp1536 aes128-sha1-modp2048",
            "aes128-sha1-modp2048",
            "AES-128+SHA-1+DH14",
        ),
        (
            "interop-ikev2-strongswan-26-ke-mismatch-responder",
            "ikev2",
            "aes128-sha1-modp1536 aes128-sha1-modp2048",
            "aes128-sha1-modp2048",
            "AES-128+SHA-1+DH14",
        ),
        (
            "ikev2-algo-01-modp2048-initiator",
            "ikev2",
            "aes128-sha256-modp2048",
            "aes256-sha256-modp2048 aes128-sha256-modp2048",
            "AES-128+SHA-256+DH14",
        ),
        (
            "ikev2-algo-02-modp2048-responder",
            "ikev2",
            "aes128-aes256-sha256-ecp256-modp2048",
            "aes128-sha256-modp2048",
            "AES-128+SHA-256+DH14",
        ),
        (
            "ikev2-algo-11-gcm-prop2",
            "ikev2",
            "3des-md5-modp1536 aes128-sha1-modp1536",
            "aes128-sha1-modp1536",
            "AES-128+SHA-1+DH5",
        ),
    ],
)
def test_main_mode(source: str, keying: str, initiator: str, responder: str, chosen: str | None) -> None:
    head = f'keying = ["{keying}"]\nprefers = "own"'
    quick = 'proposals = ["esp:aes128-sha1"]\nmode = "tunnel"'
    a, b = (peer(head=head, main=f"proposals = {listed(main)}", quick=quick) for main in (initiator, responder))
    outcome = answer(a, b).outcome
    assert outcome.main_mode == chosen
    assert (outcome.verdict, outcome.stage) == (("fails", "main-mode-suite") if chosen is None else ("secured", None))


@cases(
    ("source", "keying", "prefers", "when", "initiator", "responder", "chosen"),
    [
        ("select_data[2]", "ikev2", "own", "renewal", "aes256-aes128", "aes128-aes256", "ESP AES-128"),
        ("select_data[3]", "ikev2", "own", "renewal", "aes128-aes256", "aes256-aes128", "ESP AES-256"),
        (
            "select_data[4]",
            "ikev2",
            "own",
            "renewal",
            "aes256-aes128-sha256-sha1",
            "aes128-aes256-sha1-sha256",
            "ESP AES-128+SHA-1",
        ),
        (
            "select_data[5]",
            "ikev2",
            "own",
            "renewal",
            "aes128-aes256-sha1-sha256",
            "aes256-aes128-sha256-sha1",
            "ESP AES-256+SHA-256",
        ),
        ("select_data[6]", "ikev2", "own", "renewal", "aes128-sha256", "aes128-sha256-modp3072", None),
        ("select_data[8]", "ikev2", "own", "renewal", "aes128-sha256-modp3072", "aes128-sha256", None),
        ("select_data[9]", "ikev2", "own", "first", "aes128-sha256-modp3072", "aes128-sha256", "ESP AES-128+SHA-256"),
        (
            "select_data[11]",
            "ikev2",
            "own",
            "first",
            "aes128-sha256-ecp256",
            "aes128-sha256-modp3072",
            "ESP AES-128+SHA-256",
        ),
        ("select_data[13]", "ikev2", "own", "renewal", "aes128-sha256-modp3072", "aes128-sha256-none", None),
        (
            "select_data[14]",
            "ikev2",
            "own",
            "renewal",
            "aes128-sha256",
            "aes128-sha256-modp3072-none",
            "ESP AES-128+SHA-256",
        ),
        (
            "select_data[15]",
            "ikev2",
            "own",
            "renewal",
            "aes128-sha256-modp3072-none",
            "aes128-sha256",
            "ESP AES-128+SHA-256",
        ),
        (
            "select_data[17]",
            "ikev2",
            "own",
            "renewal",
            "aes128-sha256-modp3072-none",
            "aes128-sha256-none-modp3072",
            "ESP AES-128+SHA-256",
        ),
        ("select_data[18]", "ikev2", "own", "renewal", "aes128-sha256-esn", "aes128-sha256-esn", "ESP AES-128+SHA-256"),
        (
            "select_data[20]",
            "ikev2",
            "own",
            "renewal",
            "aes128-sha256-esn",
            "aes128-sha256-noesn-esn",
            "ESP AES-128+SHA-256",
        ),
        (
            "select_data[21]",
            "ikev2",
            "own",
            "renewal",
            "aes128-sha256",
            "aes128-sha256-noesn-esn",
            "ESP AES-128+SHA-256",
        ),
        ("select_proposal_data[0]", "ikev2", "own", "renewal", "", "", None),
        ("select_proposal_data[2]", "ikev2", "own", "renewal", "aes128", "", None),
        ("select_proposal_data[3]", "ikev2", "own", "renewal", "aes256", "aes128", None),
        ("select_proposal_data[4]", "ikev2", "own", "renewal", "aes128", "aes128", "ESP AES-128"),
        ("select_proposal_data[5]", "ikev2", "own", "renewal", "aes256 aes128", "aes128 aes256", "ESP AES-128"),
        ("select_proposal_data[6]", "ikev2", "peer", "renewal", "aes256 aes128", "aes128 aes256", "ESP AES-256"),
        (
            "select_proposal_data[7]",
            "ikev2",
            "own",
            "renewal",
            "aes256-modp2048 aes128-modp2048",
            "aes128-modp1024 aes256-modp1024",
            None,
        ),
        (
            "select_proposal_data[8]",
            "ikev2",
            "own",
            "first",
            "aes256-modp2048 aes128-modp2048",
            "aes128-modp1024 aes256-modp1024",
            "ESP AES-128",
        ),
        (
            "select_proposal_data[9]",
            "ikev2",
            "peer",
            "first",
            "aes256-modp2048 aes128-modp2048",
            "aes128-modp1024 aes256-modp1024",
            "ESP AES-256",
        ),
        ("ikev1-algo-04-mismatch", "ikev1", "own", "first", "aes128-sha1", "3des-md5", None),
        (
            "ikev2-invalid-ke-07-second-child",
            "ikev2",
            "own",
            "renewal",
            "aes128-sha1-modp2048-modp4096",
            "aes128-sha1-modp4096-modp3072",
            None,
        ),
        (
            "ikev2-invalid-ke-08-rekey-child",
            "ikev2",
            "own",
            "first",
            "aes128-sha1-modp4096",
            "aes128-sha1-modp3072",
            "ESP AES-128+SHA-1",
        ),
        (
            "ikev2-invalid-ke-08-rekey-child",
            "ikev2",
            "own",
            "renewal",
            "aes128-sha1-modp4096",
            "aes128-sha1-modp3072",
            None,
        ),
        ("ikev2-algo-17-no-sha1-01", "ikev2", "own", "first", "aes128-sha1", "aes256gcm16 aes128-sha256", None),
    ],
)
def test_quick_mode(
    source: str, keying: str, prefers: str, when: str, initiator: str, responder: str, chosen: str | None
) -> None:
    """The first keys of IKEv2 do not compare groups, a renewal does."""
    implementation = 'implementation = "libreswan"\n' if source.startswith("ikev2-invalid-ke") else ""
    head = f'keying = ["{keying}"]\n{implementation}prefers = "{prefers}"'
    a, b = (
        peer(head=head, quick=f"proposals = {listed(quick, 'esp:')}\nmode = 'tunnel'")
        for quick in (initiator, responder)
    )
    outcome = answer(a, b).outcome
    answers = {result.stage: (result.answer, result.at_renewal) for result in outcome.stages}
    if when == "first":
        assert outcome.quick_mode == chosen
    elif chosen is not None:
        assert (outcome.verdict, outcome.quick_mode) == ("secured", chosen)
    elif Stage.PFS in answers and answers[Stage.QUICK_MODE_SUITE][0] is Answer.AGREED:
        # libreswan 4.10 renews with the group of main mode, which its later tests do not
        assert answers[Stage.PFS] == (Answer.DEPENDS if implementation else Answer.FAILS, True)
    else:
        assert (outcome.verdict, outcome.stage) == ("fails", "quick-mode-suite")


BOTH = "esp:aes128-sha256"


@cases(
    ("mine", "theirs", "agree"),
    [("'2', '5'", "'14', '24'", False), ("", "'14', '24'", False), ("'14'", "'2', '14', '24'", True)],
)
@cases("keying", ["ikev1", "ikev2"])
def test_groups_must_have_one_in_common(keying: str, mine: str, theirs: str, *, agree: bool) -> None:
    """Batfish compares them at once, as IKEv1 does."""
    head = f'keying = ["{keying}"]\nprefers = "own"'
    a, b = (
        peer(head=head, quick=f"proposals = ['{BOTH}']\npfs = [{groups}]\nmode = 'tunnel'") for groups in (mine, theirs)
    )
    assert verdict(a, b) == (("secured", None) if agree else ("fails", "pfs"))
    assert agree or answer(a, b).outcome.at_renewal is (keying == "ikev2")


@cases(
    ("initiator", "responder", "chosen"),
    [
        ("aes256-md5 aes256-sha1", "aes256-sha1", "ESP AES-256+SHA-1, PFS DH2"),
        ("aes256-sha1", "aes256-md5 aes256-sha1", "ESP AES-256+SHA-1, PFS DH2"),
        ("aes256-md5", "aes256-md5", "ESP AES-256+MD5, PFS DH2"),
    ],
)
def test_the_routers_of_batfish(initiator: str, responder: str, chosen: str) -> None:
    a, b = (
        peer(
            head='keying = ["ikev1"]\nprefers = "peer"',
            main="proposals = ['aes128-sha1-modp1024']",
            quick=f"proposals = {listed(quick, 'esp:')}\npfs = ['2']\nmode = 'tunnel'",
        )
        for quick in (initiator, responder)
    )
    outcome = answer(a, b).outcome
    assert (outcome.verdict, outcome.quick_mode) == ("secured", chosen)


@cases(
    ("protocol", "suite", "well_formed"),
    [
        ("ike", "sha256", False),
        ("ike", "sha256-modp3072", False),
        ("ike", "aes128", False),
        ("ike", "aes128-sha256", False),
        ("ike", "aes128-prfsha256", False),
        ("ike", "aes128gcm16-modp3072", False),
        ("ike", "aes128gcm16-modp3072-prfsha256", True),
        ("ike", "aes128gcm16-sha256-modp3072", True),
        ("ike", "aes128gcm16-aes128-modp3072", False),
        ("ike", "aes128gcm16-aes128-sha256-modp3072", False),
        ("esp", "sha256", False),
        ("esp", "aes128-sha256", True),
        ("esp", "aes128-sha256-esn", True),
        ("esp", "aes128-sha256-esn-noesn", True),
        ("esp", "aes128-sha256-modp3072-prfsha256", True),
        ("esp", "aes128gmac", True),
        ("ah", "aes128-sha256", True),
        ("ah", "aes128gmac-sha256", True),
        ("ah", "aes128gmac-aes256gmac-aes128-sha256", True),
        ("ah", "sha256-esn", True),
        ("ah", "sha256-noesn", True),
    ],
)
def test_which_proposals_are_whole(protocol: str, suite: str, *, well_formed: bool) -> None:
    """strongSwan's create_data. A cipher that authenticates and one that does not are two proposals (RFC 7296 3.3)."""
    parts = Parts()
    for word in suite.split("-"):
        parts.take(word)
    encapsulation = {"esp": Encapsulation.ESP, "ah": Encapsulation.AH}.get(protocol)
    assert parts.offer(Token(suite, "x", 1, 1), encapsulation).is_understood is well_formed


@cases("other", ["aes128-sha256-modp3072", "aes128-sha256-modp3072-ke1_ecp256"])
def test_what_is_not_understood_of_a_proposal_is_agreed_with_nothing(other: str) -> None:
    """A further key exchange is part of the proposal (RFC 9370 2.2.1)."""
    offers = []
    for suite in ("aes128-sha256-modp3072-ke1_ecp256", other):
        parts = Parts()
        for word in suite.split("-"):
            parts.take(word)
        offers.append(parts.offer(Token(suite, "x", 1, 1), None))
    assert common(*offers, Compared()) is None
    assert common(*reversed(offers), Compared()) is None
