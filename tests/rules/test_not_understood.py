"""Any value of a policy may be one that is not understood: no rule crashes on it, whatever it looks at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec import Struct
from msgspec.structs import replace
from pydantic import BaseModel

from ipseclint.engine.apply_rules import Plan, found_with_fixes
from ipseclint.engine.rulesets.ruleset import load_ruleset
from ipseclint.engine.rulesets.selection import selected
from ipseclint.formats.netsh import script as netsh_script
from ipseclint.formats.powershell.script import format as powershell_script
from ipseclint.formats.wfp import state as wfp_state
from ipseclint.model.machine import Machine
from ipseclint.model.policy import Policy
from ipseclint.model.setting import Setting, Unknown
from ipseclint.model.site import Site
from ipseclint.semantics.defaults import completed
from ipseclint.source import bytes_source, file_source
from tests import ROOT
from tests.cases import cases

pytestmark = pytest.mark.drawn(3)

SITE = Site(peers=1000)
ADD = "netsh advfirewall consec add rule name="
NETSH = (
    "netsh advfirewall set global mainmode mmkeylifetime 60min,1sess\n"
    "netsh advfirewall set global mainmode mmsecmethods dhgroup2:3des-sha1\n"
    "netsh advfirewall mainmode add rule name=M mmsecmethods=dhgroup14:aes256-sha256 auth1=computerkerb\n"
    f"{ADD}A endpoint1=any endpoint2=10.0.0.0/8 action=requireinrequestout auth1=computerpsk auth1psk=first-key"
    " qmsecmethods=esp:sha1-3des+30min+50000kb,ah:sha1+esp:sha1-3des+30min+50000kb\n"
    f"{ADD}B endpoint1=any endpoint2=10.1.0.0/16 action=noauthentication profile=domain\n"
    f"{ADD}C endpoint1=any endpoint2=any action=noauthentication protocol=tcp port1=any port2=445\n"
    f"{ADD}T mode=tunnel endpoint1=10.3.0.0/16 endpoint2=10.4.0.0/16 localtunnelendpoint=192.0.2.1"
    ' remotetunnelendpoint=192.0.2.2 action=requireinrequireout auth1=computercert auth1ca="CN=Root"\n'
    "netsh advfirewall firewall add rule name=F dir=in action=allow security=authenticate profile=public\n"
    "netsh advfirewall firewall add rule name=B dir=in action=block protocol=udp localport=500\n"
)
LEGACY = (
    "netsh ipsec static add policy P assign=yes\nnetsh ipsec static add filterlist L\n"
    'netsh ipsec static add filter L me any\nnetsh ipsec static add filteraction A soft=yes qmsec="ESP[3DES,SHA1]"\n'
    "netsh ipsec static add filteraction X action=permit\n"
    "netsh ipsec static add rule R P L A psk=first-key\nnetsh ipsec static add rule S P L X\n"
)
VPN = (
    "Add-VpnConnection -Name A -ServerAddress vpn.example -TunnelType Ikev2 -AuthenticationMethod MachineCertificate\n"
    "Set-VpnConnectionIPsecConfiguration -ConnectionName A -AuthenticationTransformConstants SHA196"
    " -CipherTransformConstants DES3 -DHGroup Group2 -EncryptionMethod DES3 -IntegrityCheckMethod SHA1 -PfsGroup None\n"
    "Set-VpnServerConfiguration -SALifeTimeSeconds 300 -MMSALifeTimeSeconds 300\n"
)
INPUTS = {
    "netsh": (netsh_script.parse, bytes_source("a.cmd", NETSH.encode())),
    "static": (netsh_script.parse, bytes_source("b.cmd", LEGACY.encode())),
    "vpn": (powershell_script.parse, bytes_source("c.ps1", VPN.encode())),
    "wfp": (wfp_state.parse, file_source(ROOT / "fixtures/rules/CR022-sa-lifetime-too-long/bad-state.xml")),
}


def not_understood(value: Any) -> Iterator[Any]:
    """A value again and again, each time with another setting in it that is not understood."""
    if isinstance(value, Setting):
        yield Setting(Unknown("%VALUE%"), value.span)
    elif isinstance(value, tuple) and not hasattr(value, "_fields"):
        for place, part in enumerate(value):
            yield from ((*value[:place], other, *value[place + 1 :]) for other in not_understood(part))
    elif isinstance(value, Struct | BaseModel):
        is_struct = isinstance(value, Struct)
        for name in value.__struct_fields__ if is_struct else type(value).model_fields:
            for other in not_understood(getattr(value, name)):
                yield replace(value, **{name: other}) if is_struct else value.model_copy(update={name: other})


@cases("tool", INPUTS)
def test_no_rule_crashes_or_speaks_of_none_where_a_value_is_not_understood(tool: str) -> None:
    ruleset = load_ruleset("default")
    plans = [Plan(ruleset, selected(ruleset, (), ()))]
    parse, source = INPUTS[tool]
    policies: list[Policy] = list(not_understood(parse(source).policy))
    assert len(policies) > 12
    for policy in policies:
        for finding, _ in found_with_fixes(Machine(name="m", policy=completed(policy), site=SITE), plans, SITE):
            assert "None" not in finding.message.split()
