"""What either tool is told to make an object, take it away, or give one of its fields any other value, is as stored.

After a change that is meant, `python -m tests.repair.commands.test_stored_commands` stores it anew: read
the difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

import pytest

from ipseclint.formats.netsh import script
from ipseclint.formats.powershell.script import format as powershell
from ipseclint.model.change import Edit, Fix
from ipseclint.model.kinds import OBJECT_KINDS
from ipseclint.model.machine import PolicyIndex
from ipseclint.model.policy import (
    ALL_PROFILES,
    AuthenticationSet,
    Dialect,
    Direction,
    FirewallAction,
    FirewallRule,
    MainModeCryptoSet,
    MainModeProposal,
    Policy,
    PolicyObject,
    QuickModeCryptoSet,
    QuickModeProposal,
)
from ipseclint.model.setting import Default, Setting
from ipseclint.repair.apply import edited
from ipseclint.repair.commands.arguments import Unwritable
from ipseclint.repair.commands.fix_text import commands_for, peer_demands, text_of
from ipseclint.repair.commands.netsh import batch_commands, netsh_lines
from ipseclint.repair.commands.netsh import powershell_commands as by_netsh_exe
from ipseclint.repair.commands.powershell import powershell_commands
from ipseclint.repair.commands.repair_script import Commented, batch_script, powershell_script
from ipseclint.repair.commands.vpn import suite_command, vpn_commands
from ipseclint.semantics.vpn_suites import main_mode_of, owners, quick_mode_of, strong
from ipseclint.source import bytes_source
from ipseclint.vocabulary.algorithms import Cipher
from tests import ROOT
from tests.cases import cases
from tests.made_objects import SPAN, said
from tests.repair.test_stored_repairs import LEGACY
from tests.repair.varied_objects import varied
from tests.repair.whole_policies import OF_ADVFIREWALL, of_powershell
from tests.rules.rule_inputs import machine_in
from tests.semantics.test_stored_answers import FIXTURES, FORMATS

EXPECTED = ROOT / "tests" / "data" / "commands"
MAX_OF_A_KIND = 2
"""More objects of a kind say nothing new."""
MORE_ADVFIREWALL = """\
netsh advfirewall consec add rule name="Keys" endpoint1=any endpoint2=10.3.0.0/16 action=requireinrequestout \
auth1=computerpsk,computercert,computercertecdsap256 auth1psk=first-key \
auth1ca="CN=Root certmapping:yes excludecaname:no catype:intermediate | CN=Other" auth1ecdsap256ca="CN=Third" \
auth1healthcert=yes auth2=usercert auth2ca="CN=Users" qmsecmethods=ah:sha1+esp:sha256-aes256,authnoencap:sha1
"""
MORE_POWERSHELL = """\
$some = New-NetIPsecAuthProposal -Machine -Cert -Authority 'CN=Root' -AuthorityType Root -SubjectName 'CN=Box' `
  -SubjectNameType CN -ValidationCriteria
$other = New-NetIPsecAuthProposal -Machine -Cert -Authority 'CN=Two' -ExtendedKeyUsage '1.3.6.1.5.5.7.3.2' `
  -Thumbprint '0123456789ABCDEF0123456789ABCDEF01234567' -FollowRenewal -SelectionCriteria -AccountMapping -Health
$third = New-NetIPsecAuthProposal -Machine -PreSharedKey 'first-key'
$c = New-NetIPsecPhase1AuthSet -DisplayName 'Criteria' -Proposal $some
$d = New-NetIPsecPhase1AuthSet -DisplayName 'Second' -Proposal $other, $third
New-NetIPsecRule -DisplayName 'By certificate' -RemoteAddress 10.3.0.0/16 -Phase1AuthSet $c.Name
New-NetIPsecRule -DisplayName 'By criteria' -RemoteAddress 10.4.0.0/16 -Phase1AuthSet $d.Name
New-NetIPsecDospSetting -Name 'Edge' -StateIdleTimeoutSeconds 60 -PerStateRateLimitQueueIdleTimeoutSeconds 60 `
  -IpV6IPsecUnauthDscp 1 -IpV6IPsecUnauthRateLimitBytesPerSec 100 -EnabledKeyingModules IkeV2 `
  -PublicInterfaceAliases 'Out' -PrivateInterfaceAliases 'In', 'Within' -MaxStateEntries 100
"""
DYNAMIC = """\
netsh ipsec dynamic set config strongcrlcheck value=1
netsh ipsec dynamic set config property=ipsecexempt value=1
netsh ipsec dynamic add mmpolicy name=M mmsecmethods="3DES-SHA1-2"
netsh ipsec dynamic add qmpolicy name=Q qmsecmethods="ESP[3DES,SHA1]"
netsh ipsec dynamic add rule srcaddr=me dstaddr=any mmpolicy=M qmpolicy=Q kerberos=yes
"""
VPN = """\
Add-VpnConnection -Name 'Office' -ServerAddress vpn.example.org -TunnelType Ikev2
Set-VpnConnectionIPsecConfiguration -ConnectionName 'Office' -AuthenticationTransformConstants SHA256128 `
  -CipherTransformConstants AES128 -EncryptionMethod AES128 -IntegrityCheckMethod SHA256 -PfsGroup None `
  -DHGroup Group14 -Force
Set-VpnServerConfiguration -CustomPolicy -AuthenticationTransformConstants GCMAES256 `
  -CipherTransformConstants GCMAES256 -EncryptionMethod AES256 -IntegrityCheckMethod SHA384 -PfsGroup ECP384 `
  -DHGroup ECP384 -SALifeTimeSeconds 3600 -MMSALifeTimeSeconds 28800 -Ikev2Ports 10 -IdleDisconnectSeconds 300
Add-VpnS2SInterface -Name 'Branch' -Destination 192.0.2.1 -Protocol IKEv2 -AuthenticationMethod PSKOnly `
  -SharedSecret 'first-key' -CustomPolicy -AuthenticationTransformConstants GCMAES128 `
  -CipherTransformConstants GCMAES128 -EncryptionMethod AES256 -IntegrityCheckMethod SHA256 -PfsGroup PFS2048 `
  -DHGroup Group14 -SALifeTimeSeconds 3600 -NetworkOutageTimeSeconds 60
"""
FIREWALL_RULE = FirewallRule(
    name="Shares",
    span=SPAN,
    enabled=said(value=True),
    direction=said(Direction.INBOUND),
    action=said(FirewallAction.ALLOW),
    profiles=said(ALL_PROFILES),
    protocol=said(6),
    local_ports=said(()),
    remote_ports=said(()),
    remote=said(()),
)


def _read(text: str, path: str) -> Policy:
    read = powershell.parse if path.endswith(".ps1") else script.parse
    return read(bytes_source(path, text.encode())).policy


def _with_default_sets(policy: Policy) -> Policy:
    """The sets of a policy alone, each as if it was the default one of the machine."""
    fields = ("main_mode_crypto_sets", "quick_mode_crypto_sets", "authentication_sets")
    sets = {
        field: tuple(each.model_copy(update={"is_default": True}) for each in getattr(policy, field))
        for field in fields
    }
    return Policy(**sets, firewall_rules=(FIREWALL_RULE,))


@cache
def policies() -> dict[str, Policy]:
    return {
        "legacy": _read(LEGACY, "p.cmd"),
        "advfirewall": _read(OF_ADVFIREWALL[0], "p.cmd"),
        "powershell": _read(of_powershell("")[0], "p.ps1"),
        "powershell in a store": _read(of_powershell("corp.example\\IPsec")[0], "p.ps1"),
        "dynamic": _read(DYNAMIC, "p.cmd"),
        "advfirewall more": _read(MORE_ADVFIREWALL, "p.cmd"),
        "powershell more": _read(MORE_POWERSHELL, "p.ps1"),
        "defaults": _with_default_sets(_read(of_powershell("")[0], "p.ps1")),
        "vpn": _read(VPN, "p.ps1"),
        **{name.split("/")[0]: machine_in(FORMATS / name).policy for name in FIXTURES if name.split("/")[0] in OTHERS},
    }


OTHERS = ("firewall-registry-reg", "wfp-state")


def _said(commands: Sequence[str] | Unwritable) -> str:
    return f"! {commands.reason}" if isinstance(commands, Unwritable) else " ; ".join(commands)


def of_edit(edit: Edit, policy: Policy) -> Iterator[str]:
    """What each tool is told, from the policy before the edit; a new object is one of it."""
    index = PolicyIndex(edited(policy, edit) if edit.before is None else policy)
    lines = netsh_lines([edit], index)
    yield _said(lines if isinstance(lines, Unwritable) else batch_commands(lines))
    yield _said(powershell_commands([edit], index))
    if edit.before is None or edit.after is None:
        yield _said(lines if isinstance(lines, Unwritable) else by_netsh_exe(lines))
    else:
        yield from peer_demands([edit])
        if edit.subject.dialect is Dialect.VPN or isinstance(edit.subject, MainModeCryptoSet | QuickModeCryptoSet):
            yield from (_said(vpn_commands([edit], index, as_it_is=as_it_is)) for as_it_is in (False, True))
        yield f"{text_of(Fix(), commands_for((edit,), index)).note}"


def of_new(subject: PolicyObject, without: Policy, plain: Sequence[str]) -> Iterator[str]:
    """What each tool is told to make an object, where it is not what it is told of the plain one."""
    for text, plain_text in zip(of_edit(Edit(None, subject), without), plain, strict=True):
        words = plain_text.split(" ")
        yield text if text.startswith("!") else " ".join(word for word in text.split(" ") if word not in words)


def of_users(crypto: PolicyObject, policy: Policy) -> Iterator[str]:
    """What makes anew an object that states a set: a rule, a policy, a filter action; the first of each kind."""
    if isinstance(crypto, MainModeCryptoSet | QuickModeCryptoSet | AuthenticationSet):
        rules = PolicyIndex(policy).users_of(crypto)
        named = [each for each in (*policy.policies, *policy.filter_actions) if each.name == crypto.name]
        for user in (*rules[:1], *named):
            made = [*of_edit(Edit(None, user), edited(policy, Edit(user, None)))]
            yield "; ".join(text for text in made if text.startswith("!")) or made[0]


def of_object(subject: PolicyObject, policy: Policy) -> Iterator[str]:
    without = edited(policy, Edit(subject, None))
    plain = list(of_edit(Edit(None, subject), without))
    yield f"# {subject.kind} {subject.name}"
    yield f"new: {' ; '.join(plain)}"
    yield f"gone: {' ; '.join(of_edit(Edit(subject, None), policy))}"
    before: list[str] = []
    for field, what, other in varied(subject):
        change = Edit(subject, other, (field,))
        users = of_users(other, edited(policy, change))
        texts = [*of_edit(change, policy), "new", *of_new(other, without, plain), *users]
        same = ["=" if text in before[place : place + 1] else text for place, text in enumerate(texts)]
        yield f"{what}: {' ; '.join(same)}"
        before = texts


def of_namesakes(policy: Policy) -> Iterator[str]:
    """What is told of rules of which there are two with one name, and of their sets."""
    rules = ("connection_security_rules", "main_mode_rules")
    twice = policy.model_copy(update={field: getattr(policy, field) * 2 for field in rules})
    for kind in OBJECT_KINDS:
        for subject in getattr(policy, kind.field)[:1]:
            changes = [Edit(subject, other, (field,)) for field, _, other in varied(subject) if field in CHANGED]
            for edit in (Edit(subject, None), *changes[:1]):
                yield f"twice {kind.key} {edit.fields}: {' ; '.join(of_edit(edit, twice))}"


CHANGED = ("enabled", "proposals", "methods")


def of_script(policy: Policy) -> Iterator[str]:
    """All that a policy holds taken away by a script, and made again; the suites of VPNs in one command each."""
    subjects = [each for kind in OBJECT_KINDS for each in getattr(policy, kind.field)[:MAX_OF_A_KIND]]
    gone = [Commented(Edit(each, None), (f"without {each.name}",)) for each in subjects]
    made = [Commented(Edit(None, each), (f"with {each.name}", "again"), policy) for each in subjects]
    suites = [Commented(Edit(each, each, ("proposals",)), ("as it is",)) for each in policy.quick_mode_crypto_sets[:3]]
    for write in (batch_script, powershell_script):
        yield from write("It's a title", [*gone, *suites], made, policy, Policy()).splitlines()


def of_suites(policy: Policy) -> Iterator[str]:
    """The suites of VPNs, as every kind of owner is told them, and how each goes back to Windows' own."""
    for owner in owners(policy):
        main, quick = main_mode_of(policy, owner), quick_mode_of(policy, owner)
        if main is None or quick is None:
            continue
        own = [
            each.model_copy(
                update={"proposals": tuple(one.model_copy(update={"encryption": _left(one)}) for one in each.proposals)}
            )
            for each in (main, quick)
        ]
        for _, what, other in varied(owner):
            yield f"suite {what}: {suite_command(other, (main, quick), strong(main, quick))}"
            there = edited(policy, Edit(owner, other))
            edits = [Edit(was, left, ("proposals",)) for was, left in zip((main, quick), own, strict=True)]
            for some in (edits, edits[:1]):
                yield f"back {what}: {_said(vpn_commands(some, PolicyIndex(there), as_it_is=True))}"


def _left(proposal: MainModeProposal | QuickModeProposal) -> Setting[Cipher]:
    return Default(proposal.encryption.value, proposal.encryption.span)


def answers(name: str) -> list[str]:
    policy = policies()[name]
    subjects = [each for kind in OBJECT_KINDS for each in getattr(policy, kind.field)[:MAX_OF_A_KIND]]
    told = [line for subject in subjects for line in of_object(subject, policy)]
    return [*told, *of_namesakes(policy), *of_suites(policy), *of_script(policy)]


NAMES = sorted(path.stem for path in EXPECTED.glob("*.txt"))


def test_each_policy_is_stored() -> None:
    assert sorted(policies()) == NAMES


@pytest.mark.drawn(4)
@cases("name", NAMES)
def test_what_either_tool_is_told_is_as_stored(name: str) -> None:
    assert answers(name) == (EXPECTED / f"{name}.txt").read_text("utf-8").split("\n")[:-1]


def store() -> None:
    EXPECTED.mkdir(exist_ok=True)
    for name in policies():
        (EXPECTED / f"{name}.txt").write_text("\n".join([*answers(name), ""]), "utf-8", newline="\n")


if __name__ == "__main__":
    store()
