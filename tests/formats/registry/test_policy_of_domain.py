"""The IP Security Policy that the domain assigns is said, where the registry does not hold its copy."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats.registry.reg_text import parse
from ipseclint.source import bytes_source

_IPSEC = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\Windows\\IPSec"
_COPY = f'[{_IPSEC}\\Policy\\Cache\\ipsecFilter{{11111111-2222-3333-4444-555555555555}}]\n"ipsecName"="List"\n'


@cases(
    ("values", "below", "said"),
    [
        ('"DSIPSECPolicyName"="Offices"', "", "Offices"),
        ('"DSIPSECPolicyPath"="LDAP://CN=ipsecPolicy{1}"', "", "LDAP://CN=ipsecPolicy{1}"),
        ('"DSIPSECPolicyName"=""', "", None),
        ('"DSIPSECPolicyFlags"=dword:00000000', "", None),
        ('"DSIPSECPolicyName"="Offices"', _COPY, None),
    ],
)
def test_an_assigned_policy_is_said(values: str, below: str, said: str | None) -> None:
    text = f"Windows Registry Editor Version 5.00\n\n[{_IPSEC}\\GPTIPSECPolicy]\n{values}\n\n{below}"
    problems = parse(bytes_source("a.reg", text.encode())).problems
    told = [each.message.partition("`")[2].partition("`")[0] for each in problems if "assigns" in each.message]
    assert told == ([] if said is None else [said])
