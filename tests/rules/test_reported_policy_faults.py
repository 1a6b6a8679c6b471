"""Public reports of faults in isolation policies and pairs of ends, typed anew: what the cause is, said by its rule."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ipseclint import check_paths

REQUIRE = "action=requireinrequireout"
KERBEROS = f"{REQUIRE} auth1=computerkerb"
WITHIN = "endpoint1=any endpoint2=10.0.0.0/8"
TO_ALL = "endpoint1=198.51.100.5 endpoint2=any"
TUNNEL = "mode=tunnel localtunnelendpoint=10.2.0.7 remotetunnelendpoint=10.1.0.5"
NEVER = "netsh advfirewall set global ipsec ipsecthroughnat never\n"


def _rule(ends: str, rest: str = KERBEROS) -> str:
    return f'netsh advfirewall consec add rule name="R" {ends} {rest}\n'


def _codes(folder: Path, files: dict[str, str], site: str = "") -> dict[str, str]:
    """The severity of each rule that finds something in files, each a machine of its own."""
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    config = folder / "ipseclint.toml"
    config.write_text(f"[site]\n{site}\n", encoding="utf-8")
    report = check_paths([folder / name for name in files], config=config)
    assert report.problems == ()
    return {finding.code: str(finding.severity) for finding in report.findings}


@pytest.mark.parametrize(
    ("mine", "theirs", "code", "severity"),
    [
        (f"{KERBEROS} qmpfs=ecdhp256", f"{KERBEROS} qmpfs=none", "CR030", "error"),
        (f"{KERBEROS} qmpfs=ecdhp256", f"{KERBEROS} qmpfs=ecdhp384", "CR030", "error"),
        (KERBEROS, f'{REQUIRE} auth1=computercert auth1ca="CN=One"', "AU027", "error"),
        (
            f'{REQUIRE} auth1=computercert auth1ca="CN=One"',
            f'{REQUIRE} auth1=computercert auth1ca="CN=Two"',
            "AU029",
            "warning",
        ),
        (f"{KERBEROS} auth2=userkerb", KERBEROS, "AU030", "error"),
        (KERBEROS, f"{KERBEROS} {TUNNEL}", "CR033", "error"),
        (
            f"{REQUIRE} auth1=computerpsk auth1psk=this-is-one-key",
            f"{REQUIRE} auth1=computerpsk auth1psk=that-is-another",
            "AU028",
            "error",
        ),
        (f"{KERBEROS} qmsecmethods=esp:sha1-aes128", f"{KERBEROS} qmsecmethods=esp:sha256-aes256", "CR018", "error"),
    ],
    ids=["pfs or none", "pfs groups", "first", "authorities", "second", "mode", "keys", "suites"],
)
def test_two_ends_that_differ_in_one_thing_are_told_which(
    tmp_path: Path, mine: str, theirs: str, code: str, severity: str
) -> None:
    ends = {
        "a.cmd": _rule("endpoint1=10.1.0.5 endpoint2=10.2.0.7", mine),
        "b.cmd": _rule("endpoint1=10.2.0.7 endpoint2=10.1.0.5", theirs),
    }
    assert _codes(tmp_path, ends).get(code) == severity


@pytest.mark.parametrize(
    ("script", "site", "found", "not_found"),
    [
        (NEVER + _rule(WITHIN), 'nat_groups = [{address = "203.0.113.9", initiators = 20}]', "", "EX012"),
        (_rule(TO_ALL), 'nat_groups = [{address = "203.0.113.9", initiators = 300}]', "QD022", "EX012"),
        (NEVER + _rule(TO_ALL), "responder_behind_nat = true", "EX012", "QD022"),
    ],
    ids=["initiators behind it", "many initiators behind it", "the responder behind it"],
)
def test_address_translation_is_judged_by_who_stands_behind_it(
    tmp_path: Path, script: str, site: str, found: str, not_found: str
) -> None:
    codes = _codes(tmp_path, {"a.cmd": script}, site)
    assert not_found not in codes
    assert not found or found in codes


CONTROLLERS = 'domain_controllers = ["10.0.0.10", "10.0.0.11"]'
ON_ONE = f'{CONTROLLERS}\nhost_type = "domain-controller"'


@pytest.mark.parametrize(
    ("ends", "site", "fires"),
    [
        ("endpoint1=10.0.0.10 endpoint2=10.0.0.11", ON_ONE, False),
        ("endpoint1=any endpoint2=10.0.0.11,10.0.0.10", ON_ONE, False),
        ("endpoint1=10.0.0.10 endpoint2=10.0.0.11", CONTROLLERS, True),
        ("endpoint1=any endpoint2=10.0.0.0/24", ON_ONE, True),
        ("endpoint1=any endpoint2=any", ON_ONE, True),
        ("endpoint1=10.1.0.0/16 endpoint2=10.0.0.10,10.0.0.11", ON_ONE, True),
        ("endpoint1=10.0.0.10,10.0.0.11 endpoint2=10.1.0.0/16,10.0.0.11", ON_ONE, True),
    ],
)
def test_between_domain_controllers_ipsec_is_supported(tmp_path: Path, ends: str, site: str, fires: bool) -> None:
    assert ("EX001" in _codes(tmp_path, {"a.cmd": _rule(ends)}, site)) is fires


@pytest.mark.parametrize(
    ("filters", "site", "fires"),
    [
        (["srcaddr=me dstaddr=10.0.0.11", "srcaddr=10.0.0.10 dstaddr=me"], ON_ONE, False),
        (["srcaddr=me dstaddr=10.0.0.11"], CONTROLLERS, True),
        (["srcaddr=me dstaddr=10.0.0.11", "srcaddr=me dstaddr=10.0.0.0 dstmask=24"], ON_ONE, True),
    ],
)
def test_between_domain_controllers_ip_security_policies_are_supported(
    tmp_path: Path, filters: list[str], site: str, fires: bool
) -> None:
    text = "\n".join(
        (
            "netsh ipsec static add policy name=P assign=yes",
            *(f"netsh ipsec static add filter filterlist=L {each}" for each in filters),
            "netsh ipsec static add filteraction name=A inpass=no qmsecmethods=ESP[3DES,SHA1]:1000k/3600s",
            "netsh ipsec static add rule name=R policy=P filterlist=L filteraction=A kerberos=yes",
        )
    )
    assert ("EX001" in _codes(tmp_path, {"a.cmd": text}, site)) is fires


def test_a_rule_that_rests_on_windows_own_main_mode_is_told_of_its_groups(tmp_path: Path) -> None:
    own = _rule("endpoint1=10.1.0.5 endpoint2=10.2.0.7", f"{REQUIRE} auth1=computerpsk auth1psk=0123456789abcdef")
    assert _codes(tmp_path, {"linux.cmd": own})["CR036"] == "info"


def test_a_keying_service_that_is_off_concerns_a_vpn_connection_too(tmp_path: Path) -> None:
    machine = tmp_path / "machine"
    machine.mkdir()
    services = [{"Name": "IKEEXT", "StartMode": "Disabled", "State": "Stopped"}]
    connection = [{"Name": "v", "ServerAddress": "v.example.org", "TunnelType": "Ikev2", "IPSecCustomPolicy": None}]
    (machine / "services.json").write_text(json.dumps(services), encoding="utf-8")
    (machine / "vpn.json").write_text(json.dumps(connection), encoding="utf-8")
    codes = {finding.code for finding in check_paths([machine]).findings}
    assert {"RF012", "CR005"} <= codes
