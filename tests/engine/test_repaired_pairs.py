"""Either repair of a pair that fails, run behind the script of its end, lets the pair agree."""

from __future__ import annotations

from ipseclint.engine.negotiate import answers
from ipseclint.semantics.negotiation.verdict import Verdict
from tests.cases import cases
from tests.semantics.negotiation.two_ends import PSK, both, machine, main_mode, peer

GCM = "qmsecmethods=esp:aesgcm256-aesgcm256"
STRONG, SMALL = main_mode("dhgroup14:aes256-sha256"), main_mode("dhgroup2:3des-sha1")
KERBEROS = "auth1=computerkerb"
ALIKE = both(f"{PSK} {GCM}", f"{PSK} {GCM}")
STATIC = """netsh ipsec static add policy name=P mmpfs=no activatedefaultrule=no mmsecmethods="{main}" assign=no
netsh ipsec static add filterlist name=L
netsh ipsec static add filter filterlist=L srcaddr={here} dstaddr={there} protocol=any mirrored=yes
netsh ipsec static add filteraction name=A action=negotiate qmpfs={pfs} qmsecmethods="ESP[3DES,SHA1]:100000k/3600s"
netsh ipsec static add rule name=R policy=P filterlist=L filteraction=A psk=first-key
netsh ipsec static set policy name=P assign=yes
"""
ENDS = {"here": "10.2.0.7", "there": "10.1.0.5"}


def old(**values: str) -> str:
    """A policy of `netsh ipsec` for the host that a rule looks for."""
    return STATIC.format(**{"main": "3DES-SHA1-2", "pfs": "no"} | ENDS | values)


def of_version_2(group: str, cipher: str = "AESGCM256", integrity: str = "AESGMAC256", pfs: str = "None") -> str:
    """A rule of PowerShell by IKEv2 with certificates."""
    return (
        "$p1 = New-NetIPsecPhase1AuthSet -DisplayName P -Proposal (New-NetIPsecAuthProposal -Machine -Cert -Authority "
        "'CN=Root' -AuthorityType Root)\n"
        "$mm = New-NetIPsecMainModeCryptoSet -DisplayName M -Default -Proposal (New-NetIPsecMainModeCryptoProposal "
        f"-Encryption AES256 -Hash SHA256 -KeyExchange {group})\n"
        "$qm = New-NetIPsecQuickModeCryptoSet -DisplayName Q -Proposal (New-NetIPsecQuickModeCryptoProposal "
        f"-Encapsulation ESP -Encryption {cipher} -ESPHash {integrity}) -PerfectForwardSecrecyGroup {pfs}\n"
        "New-NetIPsecRule -DisplayName R -LocalAddress 10.1.0.5 -RemoteAddress 10.2.0.7 -InboundSecurity Require "
        "-OutboundSecurity Require -KeyModule IKEv2 -Phase1AuthSet $p1.Name -QuickModeCryptoSet $qm.Name\n"
    )


def swan(main: str, quick: str, pfs: str = "") -> str:
    return peer(
        main=f"proposals = [{main!r}]",
        quick=f'proposals = [{quick!r}]\npfs = [{pfs}]\nmode = "transport"',
        auth='methods = ["rsa"]',
    )


@cases(
    ("mine", "theirs", "repaired"),
    [
        (STRONG + ALIKE[0], SMALL + ALIKE[1], 2),
        (STRONG + ALIKE[0], main_mode("ecdhp384:aes128-sha384") + ALIKE[1], 2),
        (*both(f"{PSK} {GCM}", f"{PSK} qmsecmethods=esp:sha256-aes256,esp:sha1-aes128"), 2),
        (*both(f"{PSK} qmsecmethods=ah:sha256", f"{PSK} qmsecmethods=esp:sha256-none"), 2),
        (*both(f"{PSK} {GCM} qmpfs=dhgroup14", f"{PSK} {GCM}"), 2),
        (*both(f"{PSK} {GCM} qmpfs=ecdhp384", f"{PSK} {GCM} qmpfs=dhgroup14"), 2),
        (STRONG + both(f"{PSK} {GCM} qmpfs=mainmode", PSK)[0], STRONG + both(PSK, f"{PSK} {GCM} qmpfs=ecdhp384")[1], 2),
        (*both(f"{KERBEROS} {GCM} qmpfs=dhgroup14", f"{KERBEROS} {GCM} qmpfs=none"), 2),
        (SMALL + both(f"{PSK} qmsecmethods=esp:sha1-3des", PSK)[0], old(main="3DES-SHA1-3"), 2),
        (SMALL + both(f"{PSK} qmsecmethods=esp:sha1-3des", PSK)[0], old(pfs="yes"), 2),
        (of_version_2("DH14"), swan("aes256-sha256-ecp384", "esp:aesgcm256"), 1),
        (of_version_2("DH14", "AES128", "SHA1"), swan("aes256-sha256-modp2048", "esp:aesgcm256"), 1),
        (of_version_2("DH14"), swan("aes256-sha256-modp2048", "esp:aesgcm256", '"dh14"'), 1),
    ],
)
def test_either_repair_lets_the_pair_agree(mine: str, theirs: str, repaired: int) -> None:
    texts = mine, theirs
    rows = answers(machine(mine, "a"), machine(theirs, "b"))
    assert rows
    for row in rows:
        assert row.outcome.verdict is Verdict.FAILS
        number = 0
        for place, advice in enumerate(row.advice):
            commands = None if advice is None else advice.commands
            if commands is None:
                continue
            command = commands.powershell if "New-Net" in texts[place] else commands.netsh
            assert command is not None
            number += 1
            made = [f"{text}{command}\n" if each == place else text for each, text in enumerate(texts)]
            again = answers(machine(made[0], "a"), machine(made[1], "b"), (row.initiator,))
            assert [each.outcome.verdict for each in again] != []
            assert all(each.outcome.verdict is Verdict.SECURED for each in again)
        assert number == repaired
