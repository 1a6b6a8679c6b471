"""Resources of NetworkingDsc: profiles of the firewall, and rules that demand IPsec, read as their cmdlets are."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import parsed, said_of

from ipseclint.formats import recognise
from ipseclint.source import bytes_source

RULE = "New-NetIPsecRule -InboundSecurity Require -OutboundSecurity Require -DisplayName"
PROFILE = "FirewallProfile P {{ Name = 'Domain'; Enabled = 'True'; {} }}"


@cases("kind", ["FirewallProfile", "xFirewallProfile"])
def test_whether_local_rules_apply_is_read_of_a_resource(kind: str) -> None:
    held = PROFILE.format("AllowLocalIPsecRules = 'False'; Ensure = 'Present'").replace("FirewallProfile", kind)
    result = parsed(f"Configuration Fw {{\nNode localhost {{\n{held}\n}}\n}}")
    assert result.problems == ()
    (settings,) = result.policy.global_settings
    assert {profile.value: setting.known for profile, setting in settings.local_rules_merge.items()} == {
        "domain": False
    }


@cases(("held", "said"), [("NotifyOnListen = 'True'", 0), ("AllowLocalIPsecRules = $given", 1)])
def test_what_a_resource_says_beside_it_or_leaves_open(held: str, said: int) -> None:
    assert len(said_of(f"{RULE} A\nConfiguration Fw {{\n{PROFILE.format(held)}\n}}")) == said


DEMANDS = (
    "Firewall Sql {{ Name = 'Sql'; Direction = 'Inbound'; Action = 'Allow'; Protocol = 'TCP'; LocalPort = '1433'; {} }}"
)


@cases(
    ("demands", "rules"),
    [
        ("Authentication = 'Required'", ["Sql"]),
        (
            "Authentication = 'Required'; Encryption = 'Required'; Ensure = 'Present'; DependsOn = '[Service]Ike'",
            ["Sql"],
        ),
        ("Authentication = 'Required'; DisplayName = 'To SQL'", ["To SQL"]),
        ("Authentication = 'Required'; Ensure = 'Absent'", []),
        ("Profile = ('Domain', 'Private')", []),
    ],
)
def test_a_firewall_rule_of_a_resource_that_demands_ipsec_is_read(demands: str, rules: list[object]) -> None:
    result = parsed(f"{RULE} A\nConfiguration Fw {{\nNode localhost {{\n{DEMANDS.format(demands)}\n}}\n}}")
    assert result.problems == ()
    assert [rule.name for rule in result.policy.firewall_rules] == rules


@cases(
    ("block", "is_known"),
    [
        (PROFILE.format("AllowLocalIPsecRules = 'False'"), True),
        (DEMANDS.format("Encryption = 'Dynamic'"), True),
        ("AuditPolicySubcategory A { Name = 'IPsec Main Mode'; AuditFlag = 'Failure'; Ensure = 'Absent' }", True),
        (PROFILE.format("AllowLocalFirewallRules = 'False'"), False),
        (DEMANDS.format("Profile = 'Any'"), False),
        ("xWebsite W { Name = 'w'; Authentication = 'Basic' }", False),
    ],
)
def test_a_configuration_of_such_resources_alone_is_known(block: str, *, is_known: bool) -> None:
    module = "Import-DscResource -ModuleName NetworkingDsc"
    text = f"Configuration Fw {{\n  {module}\n  Node localhost {{\n    {block}\n  }}\n}}\n"
    form = recognise(bytes_source("fw.ps1", text.encode()))
    assert (form is not None) is is_known
