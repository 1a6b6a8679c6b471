"""What strongSwan does with a list of groups, a function of its own, networks in transport mode, and both versions.

Each answer is what two daemons of 5.9.8 did with these connections.
"""

from __future__ import annotations

from ipseclint.semantics.negotiation.fixes import repairs
from ipseclint.semantics.negotiation.stage import Answer, Stage
from ipseclint.semantics.negotiation.table import Side
from tests.cases import cases
from tests.semantics.negotiation.two_ends import PSK, answer, main_mode, peer, rule, verdict

HOSTS = ("198.51.100.1", "198.51.100.2")


def connection(side: int = 0, **parts: str) -> str:
    """A connection of swanctl.conf, at the first host or at the second."""
    here, there = HOSTS[side], HOSTS[1 - side]
    networks = ("10.1.0.0/16", "10.2.0.0/16")
    local, remote = parts.get("local", networks[side]), parts.get("remote", networks[1 - side])
    selectors = f"local_ts = {local}\n remote_ts = {remote}" if local else ""
    return (
        f"connections {{\n x {{\n version = {parts.get('version', '1')}\n local_addrs = {here}\n"
        f" remote_addrs = {there}\n proposals = {parts.get('main', 'aes256-sha256-modp2048')}\n"
        f" local {{\n auth = psk\n id = {here}\n }}\n remote {{\n auth = psk\n id = {there}\n }}\n"
        f" children {{\n c {{\n esp_proposals = {parts.get('quick', 'aes256-sha256')}\n"
        f" mode = {parts.get('mode', 'tunnel')}\n {selectors}\n }}\n }}\n }}\n}}\n"
        'secrets {\n ike-x {\n secret = "first-key"\n }\n}\n'
    )


S = "aes256-sha256"


@cases(
    ("main", "asked", "had", "told"),
    [
        ("modp2048", f"{S}-modp2048, {S}-ecp256", f"{S}-modp2048", ("secured", None)),
        ("ecp256", f"{S}-modp2048, {S}-ecp256", f"{S}-modp2048", ("fails", "pfs")),
        ("ecp384", f"{S}-modp2048, {S}-ecp256", f"{S}-ecp256", ("fails", "pfs")),
        ("ecp256", f"{S}-modp2048-ecp256", f"{S}-ecp256", ("secured", None)),
        ("modp2048", f"{S}-modp2048-ecp256", f"{S}-ecp256", ("fails", "pfs")),
        ("ecp384", f"{S}, {S}-ecp256", S, ("fails", "pfs")),
        ("ecp384", f"{S}, {S}-ecp256", f"{S}-ecp256", ("secured", None)),
        ("ecp384", f"{S}-modp2048", f"{S}-ecp256, {S}-modp2048", ("secured", None)),
        ("modp2048", f"aes128-sha1-ecp256, {S}-modp2048", f"{S}-modp2048", ("secured", None)),
        ("ecp384", f"aes128-sha1-ecp256, {S}-modp2048", f"{S}-modp2048", ("fails", "pfs")),
    ],
)
def test_all_that_ikev1_offers_in_quick_mode_has_one_group(
    main: str, asked: str, had: str, told: tuple[str, str | None]
) -> None:
    one, other = (connection(side, main=f"{S}-{main}", quick=quick) for side, quick in enumerate((asked, had)))
    assert verdict(one, other) == told
    assert verdict(*(text.replace("version = 1", "version = 2") for text in (one, other))) == ("secured", None)


def test_an_end_that_asks_for_the_wrong_one_of_its_groups_is_told_to_name_the_other_alone() -> None:
    wrong = answer(
        connection(quick=f"{S}-ecp256, {S}-modp2048", main=f"{S}-ecp256"),
        connection(1, quick=f"{S}-modp2048", main=f"{S}-ecp256"),
    )
    here, there = repairs(wrong.outcome)
    assert here is not None
    assert here.words == "Ask for one group alone, which the other end has: DH14."
    assert there is None


def test_a_suite_that_the_group_leaves_out_is_not_chosen() -> None:
    both = f"{S}-ecp256, aes128-sha1-modp2048"
    outcome = answer(connection(quick=both), connection(1, quick=both)).outcome
    assert outcome.quick_mode == "ESP AES-128+SHA-1, PFS DH14"


WINDOWS = rule(f"{PSK} qmsecmethods=esp:sha1-aes128 qmpfs=dhgroup14") + main_mode("dhgroup14:aes256-sha256")
LISTED = 'proposals = ["esp:aes128-sha1"]\npfs = [{}]'


@cases(
    ("head", "groups", "told"),
    [
        ('keying = ["ikev1"]', '"modp1536", "modp2048"', Answer.DEPENDS),
        ('keying = ["ikev1"]', '"modp2048"', Answer.AGREED),
        ('keying = ["ikev1"]', '"modp1536", "ecp256"', Answer.FAILS),
        ('keying = ["ikev1"]\nimplementation = "fortios"', '"modp1536", "modp2048"', Answer.AGREED),
    ],
)
def test_which_of_its_groups_a_peer_asks_windows_for(head: str, groups: str, told: Answer) -> None:
    end = peer(head=head, quick=LISTED.format(groups), main='proposals = ["aes256-sha256-modp2048"]')
    (result,) = (each for each in answer(WINDOWS, end, Side.B).outcome.stages if each.stage is Stage.PFS)
    assert result.answer is told


@cases(
    ("version", "one", "other", "told"),
    [
        ("1", f"{S}-prfsha384-modp2048", f"{S}-modp2048", ("fails", "main-mode-suite")),
        ("1", f"{S}-prfsha384-modp2048", f"{S}-prfsha384-modp2048", ("fails", "main-mode-suite")),
        ("1", f"{S}-prfsha256-modp2048", f"{S}-modp2048", ("secured", None)),
        ("1", f"{S}-prfsha384-prfsha256-modp2048", f"{S}-modp2048", ("secured", None)),
        ("2", f"{S}-prfsha384-modp2048", f"{S}-prfsha384-modp2048", ("secured", None)),
        ("2", f"{S}-prfsha384-modp2048", f"{S}-modp2048", ("fails", "main-mode-suite")),
    ],
)
def test_ikev1_has_no_pseudorandom_function_but_the_hash(
    version: str, one: str, other: str, told: tuple[str, str | None]
) -> None:
    ends = [connection(side, version=version, main=main) for side, main in enumerate((one, other))]
    assert verdict(*ends) == told
    assert verdict(*ends, Side.B) == told


def test_the_end_with_a_function_of_its_own_is_told_to_leave_it_out() -> None:
    here, there = repairs(answer(connection(main=f"{S}-prfsha384-modp2048"), connection(1)).outcome)
    assert here is not None
    assert here.words.startswith("Leave the pseudorandom function out")
    assert there is None


NETWORKS = {"local": "10.1.0.0/16", "remote": "10.2.0.0/16"}
NEAR = {"local": "198.51.100.0/24", "remote": "198.51.100.0/24"}
ITSELF = {"local": "", "remote": ""}


@cases(
    ("version", "one", "other", "told"),
    [
        ("2", {"mode": "transport"}, {}, ("fails", "selectors")),
        ("2", {"mode": "transport"}, {"mode": "transport"}, ("fails", "selectors")),
        ("1", {"mode": "transport"}, {"mode": "transport"}, ("fails", "selectors")),
        ("2", {"mode": "transport", **NEAR}, NEAR, ("secured", None)),
        ("2", {"mode": "transport", **NEAR}, {"mode": "transport", **ITSELF}, ("secured", None)),
        ("1", {"mode": "transport", **NEAR}, {"mode": "transport", **NEAR}, ("secured", None)),
        ("2", {}, {}, ("secured", None)),
    ],
)
def test_in_transport_mode_networks_without_the_hosts_are_not_protected(
    version: str, one: dict[str, str], other: dict[str, str], told: tuple[str, str | None]
) -> None:
    ends = connection(version=version, **one), connection(1, version=version, **other)
    assert verdict(*ends) == told
    assert verdict(*ends, Side.B) == told


def test_the_end_in_transport_mode_is_told_what_to_do() -> None:
    here, there = repairs(answer(connection(version="2", mode="transport"), connection(1, version="2")).outcome)
    assert here is not None
    assert here.words.startswith("Use tunnel mode")
    assert there is None


@cases(
    ("one", "other", "told", "back"),
    [
        ("0", "1", ("fails", "key-module"), ("secured", None)),
        ("0", "2", ("secured", None), ("secured", None)),
        ("0", "0", ("secured", None), ("secured", None)),
    ],
)
def test_a_connection_for_both_versions_begins_with_ikev2(
    one: str, other: str, told: tuple[str, str | None], back: tuple[str, str | None]
) -> None:
    ends = connection(version=one), connection(1, version=other)
    assert verdict(*ends) == told
    assert verdict(*ends, Side.B) == back


def test_the_end_that_begins_with_ikev2_is_told_to_take_ikev1_alone() -> None:
    here, there = repairs(answer(connection(version="0"), connection(1, version="1")).outcome)
    assert here is not None
    assert here.words.startswith("Set IKEv1 alone here")
    assert there is not None
    assert there.words == "Allow IKEv2 here, as the other end does."
