"""What a configuration of Junos takes from elsewhere: sets of proposals of its own, and groups."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.peers.test_gateway_configuration import brief, parsed, peer

VPN = """set security ike policy O proposal-set {first}
set security ike policy O pre-shared-key ascii-text Kestrel-417
set security ike gateway G ike-policy O
set security ike gateway G version v2-only
set security ipsec policy I {second}
set security ipsec vpn V ike gateway G
set security ipsec vpn V ike ipsec-policy I
"""


@cases(
    ("name", "main", "quick"),
    [
        (
            "standard",
            ["AES-128+SHA-1++DH2", "3DES+SHA-1++DH2"],
            ["3DES+SHA-1++DH2", "AES-128+SHA-1++DH2"],
        ),
        ("basic", ["DES+SHA-1++DH1", "DES+MD5++DH1"], ["DES+SHA-1++", "DES+MD5++"]),
        (
            "compatible",
            ["3DES+SHA-1++DH2", "3DES+MD5++DH2", "DES+SHA-1++DH2", "DES+MD5++DH2"],
            ["3DES+SHA-1++", "3DES+MD5++", "DES+SHA-1++", "DES+MD5++"],
        ),
    ],
)
def test_a_set_of_proposals_of_junos_own_is_what_its_reference_lists(
    name: str, main: list[str], quick: list[str]
) -> None:
    read = peer(VPN.format(first=name, second=f"proposal-set {name}"))
    assert (brief(read.main_mode), brief(read.quick_mode)) == (main, quick)
    assert [each.method for each in read.own or ()] == ["preshared-key"]


def test_pfs_of_the_policy_is_that_of_each_proposal_of_a_set() -> None:
    second = "proposal-set standard\nset security ipsec policy I perfect-forward-secrecy keys group14"
    assert [each.groups for each in peer(VPN.format(first="basic", second=second)).quick_mode or ()] == [("DH14",)] * 2


@cases(("first", "second"), [("suiteb-gcm-256", "proposal-set standard"), ("standard", "proposal-set prime-128")])
def test_a_set_that_is_not_known_is_a_problem_where_a_connection_offers_it(first: str, second: str) -> None:
    text = VPN.format(first=first, second=second)
    (problem,) = parsed(text).problems
    assert "its own set" in problem.message
    unused = text.replace("ike-policy O", "ike-policy N").replace("ipsec-policy I", "ipsec-policy N")
    assert parsed(unused).problems == ()


GROUPS = """groups {{
    VPN {{
        security {{
            ike {{
                proposal P {{
                    dh-group group14;
                    authentication-algorithm sha-256;
                    encryption-algorithm aes-256-cbc;
                }}
                policy O {{
                    mode aggressive;
                    proposals P;
                }}
            }}
        }}
    }}
}}
apply-groups [ "${{node}}" {applied} ];
security {{
    ike {{
        policy O {{
            mode main;
        }}
        gateway G {{
            ike-policy O;
            {below}
        }}
    }}
    ipsec {{
        vpn V {{
            ike {{
                gateway G;
            }}
        }}
    }}
}}
"""


def test_a_group_that_is_applied_gives_what_the_configuration_does_not_say() -> None:
    text = GROUPS.format(applied="VPN", below="")
    read = peer(text)
    assert brief(read.main_mode) == ["AES-256+SHA-256++DH14"]
    assert not read.is_aggressive
    assert (parsed(text).problems, parsed(text).unread) == ((), (("`aggressive`", 1),))


def test_a_group_that_is_not_applied_gives_nothing() -> None:
    assert peer(GROUPS.format(applied="", below="")).main_mode is None


def test_a_group_that_is_applied_and_not_there_is_counted() -> None:
    (name,) = (name for name, _ in parsed(GROUPS.format(applied="NORTH", below="")).unread)
    assert name == "`used, and not in this text: groups NORTH`"


@cases(
    ("text", "name"),
    [
        (
            GROUPS.format(applied="VPN", below="").replace(
                "policy O {\n                    mode", "policy <*> {\nmode"
            ),
            "VPN",
        ),
        (GROUPS.format(applied="", below="apply-groups NORTH;"), "NORTH"),
    ],
)
def test_what_is_inherited_otherwise_is_a_problem(text: str, name: str) -> None:
    (problem,) = parsed(text).problems
    assert f"inherited of the group `{name}` here is not followed" in problem.message


def test_a_name_of_several_words_is_one_in_a_list() -> None:
    text = 'set security ike policy O proposals [ "north east" P ]\n' + VPN.replace("proposal-set {first}", "mode main")
    more = "".join(f'set security ike proposal "{name}" dh-group group14\n' for name in ("north east", "P"))
    assert len(peer(more + text.format(second="description none")).main_mode or ()) == 2
