"""Which of the keys that stand apart from their connections is for whom, and what an excerpt says of a peer."""

from __future__ import annotations

from msgspec.structs import replace

from ipseclint.model.peer import (
    Credential,
    Offer,
    Peer,
    PeerKey,
    have_none_for,
    key_for,
    of_any_key,
    only_key,
    without_defaults,
)
from ipseclint.model.setting import LEFT_OUT, Secret, Setting
from ipseclint.source import Span
from ipseclint.vocabulary.authentication import AuthMethod, CertificateSigning
from tests.cases import cases
from tests.made_objects import SPAN, addresses

ONE, TWO = Secret("Sommerregen"), Secret("Winterregen")


def keys(*given: tuple[Secret | None, str]) -> list[PeerKey]:
    return [PeerKey(span=SPAN, identities=tuple(names.split()), secret=secret) for secret, names in given]


@cases(
    ("given", "names", "only", "chosen", "is_none"),
    [
        (keys(), "a", None, None, False),
        (keys((ONE, "")), "a", ONE, ONE, False),
        (keys((ONE, "")), "", ONE, ONE, False),
        (keys((ONE, "a")), "a", ONE, ONE, False),
        (keys((ONE, "a")), "b", ONE, None, True),
        (keys((ONE, "a")), "", ONE, None, False),
        (keys((ONE, "a"), (TWO, "b")), "b", None, TWO, False),
        (keys((ONE, "a"), (TWO, "b")), "c", None, None, True),
        (keys((ONE, "a"), (TWO, "a b")), "a b", None, TWO, False),
        (keys((ONE, "a"), (TWO, "a")), "a", None, None, False),
        (keys((ONE, "a"), (ONE, "a")), "a", ONE, ONE, False),
        (keys((ONE, ""), (TWO, "a")), "a", None, TWO, False),
        (keys((ONE, ""), (TWO, "a")), "b", None, ONE, False),
        (keys((ONE, ""), (TWO, "")), "b", None, None, False),
        (keys((None, "a")), "a", None, None, False),
        (keys((ONE, "*.a")), "b.a", ONE, None, False),
        (keys((ONE, "10.0.0.0/8")), "10.0.0.1", ONE, None, False),
        (keys((ONE, "%any")), "a", ONE, None, False),
        (keys((ONE, "a")), "*", ONE, None, False),
    ],
)
def test_the_key_for_some_identities(
    given: list[PeerKey], names: str, only: Secret | None, chosen: Secret | None, is_none: bool
) -> None:
    identities = names.split()
    assert (only_key(given), key_for(given, identities)) == (only, chosen)
    assert have_none_for(given, identities) is is_none


def test_an_end_that_takes_any_type_of_key_takes_all_else_as_before() -> None:
    rsa = Credential(
        span=SPAN,
        method=AuthMethod.COMPUTER_CERTIFICATE,
        signings=frozenset({CertificateSigning.RSA}),
        authorities=("CN=Root",),
    )
    assert of_any_key([rsa, rsa]) == (rsa.model_copy(update={"signings": frozenset()}),) * 2


def test_of_a_peer_in_an_excerpt_nothing_is_known_that_it_has_by_default() -> None:
    cut, written = SPAN, Span("made.cmd", 5, 5)
    offer = Offer(span=SPAN, encapsulation=None, encryption=(), integrity=())
    for place, other in ((cut, written), (written, cut)):
        anyone = Setting(addresses("0.0.0.0/0"), place)
        whole = Peer(
            name="p",
            span=cut,
            answers_on=addresses("192.0.2.1"),
            local=anyone,
            remote=Setting(addresses("10.0.0.0/8"), other),
            main_mode_seconds=Setting(28_800, place),
            main_mode=(replace(offer, span=place), replace(offer, span=other)),
            quick_mode=(replace(offer, span=other),),
            own=(Credential(span=place, method=None),),
            accepted=(Credential(span=other, method=None),),
        )
        left = without_defaults(whole, {cut})
        expected = {
            cut: {"local": Setting(LEFT_OUT, cut), "main_mode_seconds": None, "main_mode": None, "own": None},
            written: {
                "remote": Setting(LEFT_OUT, cut), "main_mode": None, "quick_mode": None, "accepted": None,
            },
        }[place]  # fmt: skip
        assert left == whole.model_copy(update=expected)
    assert without_defaults(whole, set()) == whole
