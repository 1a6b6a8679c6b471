"""What a file of a daemon lists without end is read so far, and the rest is a problem with its place."""

from __future__ import annotations

import pytest
from tests.cases import cases
from tests.formats.peers.test_peers import read

from ipseclint.finding import ProblemCode
from ipseclint.formats.peers import ipsec_conf, ipsec_secrets

CONNECTION = "conn a\n\tike=aes256-sha256-modp2048!\n\tleft=%any\n\tright=192.0.2.1\n\t{}={}\n"


@cases("key", ["leftauth", "rightauth", "authby"])
@cases("word", ["", "psk", "pubkey"])
@cases("more", [0, 1])
def test_of_more_ways_to_authenticate_than_there_are_the_rest_is_not_read(key: str, word: str, more: int) -> None:
    parsed = read(
        CONNECTION.format(key, "|".join(["psk"] * 2 + [word] * (ipsec_conf.MAX_METHODS - 2 + more))), "ipsec-conf"
    )
    refused = {(problem.code, problem.span.line) for problem in parsed.problems if "the rest" in problem.message}
    assert refused == ({(ProblemCode.REFUSED, 5)} if more else set())
    (peer,) = parsed.policy.peers
    assert max(len(peer.own or ()), len(peer.accepted or ())) <= ipsec_conf.MAX_METHODS


@pytest.mark.parametrize("line", ["---", "^", "word", "<<A"])
@pytest.mark.parametrize("more", [0, 2])
def test_a_file_of_which_hardly_a_line_is_a_secret_is_given_up(
    monkeypatch: pytest.MonkeyPatch, line: str, more: int
) -> None:
    monkeypatch.setattr(ipsec_secrets, "MAX_NO_SECRETS", 4)
    text = '%any : PSK "an example key"\n' + "".join(f"{line}{number}\n" for number in range(4 + more)) + ': PSK "b"\n'
    parsed = read(text, "ipsec-secrets")
    assert len(parsed.policy.peer_keys) == (1 if more else 2)
    refused = [problem.span.line for problem in parsed.problems if problem.code is ProblemCode.REFUSED]
    assert refused == ([6] if more else [])
