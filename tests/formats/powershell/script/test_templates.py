"""Templates of scripts, as Ansible, Puppet and Chef fill them in: what they put in is not known, the rest is read."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import parsed

from ipseclint.formats import recognise
from ipseclint.formats.netsh.unfollowed import FILLED_IN
from ipseclint.source import bytes_source
from ipseclint.vocabulary.groups import DhGroup

RULE = "New-NetIPsecRule -DisplayName R -InboundSecurity Require -OutboundSecurity Require -RemoteAddress"
NOT_RENDERED = "this is a template: render it, or fill it in, and give the file that comes of it"
SUITE = (
    "Set-VpnConnectionIPsecConfiguration -ConnectionName V -AuthenticationTransformConstants SHA256128 "
    "-CipherTransformConstants AES256 -EncryptionMethod AES256 -IntegrityCheckMethod SHA256 -PfsGroup None -DHGroup"
)
PUT_IN = [
    "{{ x }}",
    "{{x}}",
    "{{ x | default('Group2') }}",
    "{{ hosts['a'].y }}",
    "<%= @x %>",
    "{% if x %}a{% else %}b{% endif %}",
]


def _of_template(text: str, name: str = "rules.ps1.j2") -> tuple[list[str], list[object], list[str]]:
    source = bytes_source(name, text.encode())
    form = recognise(source)
    assert form is not None
    read = form.parse(source)
    rules = [rule.name for rule in read.policy.connection_security_rules]
    return [each.message for each in read.problems], rules, [each.command for each in read.policy.refused_commands]


@cases("value", PUT_IN)
@cases("around", ["{}", '"{}"', "10.0.{}.0/24", "'10.{}.0.0/16'"])
def test_an_address_that_is_put_in_is_not_known(value: str, around: str) -> None:
    if "'" in value and around.startswith("'"):
        return
    result = parsed(f"{RULE} {around.format(value)}\n")
    assert [problem.message.partition("`")[0] for problem in result.problems] == ["unknown address "]
    assert not result.policy.refused_commands
    assert [rule.name for rule in result.policy.connection_security_rules] == ["R"]


@cases("value", PUT_IN)
@cases("around", ["{}", '"{}"', "Group{}", "-DHGroup:{}"])
def test_a_group_that_is_put_in_is_none_that_windows_refuses(value: str, around: str) -> None:
    command = SUITE if around.startswith("{") or not around.startswith("-") else SUITE.removesuffix(" -DHGroup")
    result = parsed(f"Add-VpnConnection -Name V -ServerAddress v.example\n{command} {around.format(value)}\n")
    assert [problem.message.partition("`")[0] for problem in result.problems] == ["unknown Diffie-Hellman group "]
    assert not result.policy.refused_commands


def test_what_stands_behind_a_value_that_is_put_in_is_read() -> None:
    result = parsed(
        "Add-VpnConnection -Name V -ServerAddress {{ server }} -TunnelType Ikev2\n"
        f"{SUITE.replace(' V ', ' V -PassThru:{{ shown }} ')} Group2\n"
    )
    (crypto,) = result.policy.main_mode_crypto_sets
    assert crypto.proposals[0].dh_group is not None
    assert crypto.proposals[0].dh_group.known is DhGroup.GROUP_2


def test_names_that_are_put_in_are_the_same_name() -> None:
    result = parsed(
        f'Add-VpnConnection -Name "{{{{ v }}}}" -ServerAddress v.example\n{SUITE} Group14\n'.replace(
            " V ", ' "{{ v }}" '
        )
    )
    (connection,) = result.policy.vpn_connections
    assert (connection.name, result.problems) == ("{{ v }}", ())


@cases(
    "block",
    [
        "1, 2 | ForEach-Object {{ $_ }}",
        "$b = {{ Get-Date }}",
        "Invoke-Command -ScriptBlock {{ Get-NetIPsecRule }}",
        "Write-Host ('{{0}} {0}' -f 'a')",
        "$t = '{{ x }}'",
    ],
)
def test_blocks_in_blocks_and_marks_of_formats_stay_what_they_are(block: str) -> None:
    result = parsed(f"{block}\n{RULE} 10.0.0.0/8\n")
    assert result.problems == ()
    assert len(result.policy.connection_security_rules) == 1


@cases(
    "head",
    [
        "{# rules of the branch #}\n",
        "{% for net in nets %}\n",
        "{%- if x %}\n",
        "$x = 1\n{# more #}\n",
    ],
)
@cases("name", ["rules.ps1.j2", "rules.ps1"])
def test_a_template_that_begins_with_a_tag_is_known(head: str, name: str) -> None:
    problems, rules, refused = _of_template(f"{head}{RULE} 10.0.0.0/8\n", name)
    assert (problems, rules, refused) == ([NOT_RENDERED], ["R"], [])


@cases(
    ("line", "is_said"),
    [
        ("{{ more }}", True),
        ("{{more}}", True),
        ("__MORE_RULES__", True),
        ("if ($true) { {{ more }} }", True),
        ("{{ ansible_managed | comment }}", False),
        ("$list = @({{ more }})", False),
        ("@(\n'a'\n{{ more }}\n) | Out-Null", False),
        ('Write-Host "$({{ more }})"', False),
        ("Write-Host {{ more }}", False),
    ],
)
def test_what_is_put_in_as_a_line_may_be_commands(line: str, is_said: bool) -> None:
    result = parsed(f"{RULE} 10.0.0.1\n{line}\n")
    assert [problem.message for problem in result.problems] == [FILLED_IN] * is_said
    assert [rule.name for rule in result.policy.connection_security_rules] == ["R"]
