"""What resources of Puppet, Chef and compiled DSC write into the registry is read as if a script had written it."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.registry.test_tasks import read, values

from ipseclint.formats import recognise
from ipseclint.source import bytes_source

AGENT = r"HKLM\SYSTEM\CurrentControlSet\Services\PolicyAgent"
NAME = "AssumeUDPEncapsulationContextOnSendRule"
FILLED = "a value is put in here when this is applied: what it sets is not read"
DECIDED = "what decides whether this is set is not followed: it is read as if it were"


def puppet(title: str, body: str, kind: str = "registry_value") -> str:
    return f"class a {{\n  {kind} {{ {title}:\n{body}\n  }}\n}}\n"


def chef(values: str, more: str = "", key: str = f"'{AGENT}'") -> str:
    return f"registry_key {key} do\n  {values}\n{more}end\n"


@cases(
    "text",
    [
        puppet(rf"'{AGENT}\{NAME}'", "ensure => present,\ntype => dword,\ndata => 2,"),
        puppet(rf"'{AGENT}\{NAME}'", "ensure => 'present', type => 'dword', data => ['2'],"),
        puppet(rf"'64:{AGENT}\{NAME}'", "type => dword, data => '0x2'"),
        puppet(f'"{AGENT}\\{NAME}"'.replace("\\", "\\\\"), "type => dword, data => 2"),
        puppet("'nat'", rf"path => '{AGENT}\{NAME}', type => dword, data => 2"),
        puppet(f"'{NAME}'", f"key => '{AGENT}', type => dword, data => 2", "registry::value"),
        puppet("'nat'", f"key => '{AGENT}', value => '{NAME}', type => dword, data => 2", "registry::value"),
        puppet(
            "'nat'",
            f"dsc_key => '{AGENT}', dsc_valuename => '{NAME}', dsc_valuetype => 'Dword', dsc_valuedata => ['2']",
            "dsc_registry",
        ),
        chef(f"values [{{ name: '{NAME}', type: :dword, data: 2 }}]"),
        chef(f"values [{{:name => '{NAME}',\n    :type => :dword,\n    :data => '2'\n  }}]\n  action :create"),
        chef(f"values name: '{NAME}', type: :dword, data: 0x2"),
        chef(f"values(name: '{NAME}', type: :dword, data: 2)"),
        chef(f"values [{{ name: '{NAME}', type: :dword, data: 2 }}]", f"  key '{AGENT}'\n", "'nat'"),
        chef(f'values [{{ "name" => "{NAME}", "type" => :dword, "data" => 2 }}]'),
    ],
)
@cases("path", ["a.pp", "a.rb", "site"])
def test_a_value_is_read_where_it_stands(text: str, path: str) -> None:
    parsed = read(text, path)
    (value,) = parsed.policy.registry
    assert (value.path.rpartition("\\")[2], parsed.problems) == (NAME, ())
    assert str(value.data.known) in {"2", "0x2"}
    line = text.split("\n")[value.data.span.line - 1]
    assert line[value.data.span.column - 1 :][: value.data.span.length] in {"2", "0x2"}


def test_resources_in_the_same_braces_are_apart() -> None:
    text = "registry_value {\n" + "".join(
        f"  '{AGENT}\\{name}':\n    type => dword, data => {at};\n" for at, name in enumerate("ABC")
    )
    assert values(read(f"{text}}}\n", "a.pp")) == [("A", "0", 3), ("B", "1", 5), ("C", "2", 7)]


@cases(
    "text",
    [
        puppet(rf"'{AGENT}\{NAME}'", "type => dword, data => $nat"),
        puppet(rf"'{AGENT}\{NAME}'", 'type => dword, data => "${nat}"'),
        puppet(f'"{AGENT}\\$name"'.replace("\\", "\\\\"), "type => dword, data => 2"),
        puppet(f"'{NAME}'", f"key => '{AGENT}', type => dword, data => lookup('nat')", "registry::value"),
        chef(f"values [{{ name: '{NAME}', type: :dword, data: node['nat'] }}]"),
        chef('values [{ name: "#{name}", type: :dword, data: 2 }]'),
    ],
)
def test_what_is_put_in_later_is_said_and_not_read(text: str) -> None:
    parsed = read(text, "a.pp")
    assert ([problem.message for problem in parsed.problems], values(parsed)) == ([FILLED], [])


@cases(
    "text",
    [
        puppet(rf"'{AGENT}\{NAME}'", "type => dword, data => 2").replace("  reg", "  if $nat {\n    reg") + "  }\n",
        chef(f"values [{{ name: '{NAME}', type: :dword, data: 2 }}]", "  only_if { nat }\n"),
        chef(f"values [{{ name: '{NAME}', type: :dword, data: 2 }}]", "  action :nothing\n"),
    ],
)
def test_what_decides_is_said(text: str) -> None:
    parsed = read(text, "a.pp")
    assert ([problem.message for problem in parsed.problems], len(values(parsed))) == ([DECIDED], 1)


@cases(
    "text",
    [
        puppet(rf"'{AGENT}\{NAME}'", "ensure => absent"),
        chef(f"values [{{ name: '{NAME}', type: :dword, data: 2 }}]", "  action :delete\n"),
        chef(f"values [{{ name: '{NAME}', type: :dword, data: 2 }}]", "  action [:delete]\n"),
    ],
)
def test_a_value_that_is_taken_out_is_none(text: str) -> None:
    """The one before it is the same."""
    before = puppet(rf"'{AGENT}\{NAME}'", "type => dword, data => 1")
    other = chef("values [{ name: 'B', type: :dword, data: 2 }]")
    left, gone = values(read(before + other + text, "a.pp"))
    assert left == ("B", "2", 7)
    assert gone[:2] == (NAME, None)


def test_a_user_s_key_has_no_effect_here_too() -> None:
    parsed = read(puppet(rf"'HKCU\{AGENT[5:]}\{NAME}'", "type => dword, data => 2"), "a.pp")
    assert [problem.message[:35] for problem in parsed.problems] == ["Windows reads this key in HKEY_LOCA"]


def mof(*properties: str, kind: str = "Registry") -> str:
    body = "".join(f" {each};\r\n" for each in properties)
    return (
        f"/*\r\n@TargetNode='localhost'\r\n*/\r\n\r\ninstance of MSFT_{kind}Resource as $MSFT_{kind}Resource1ref\r\n"
        f'{{\r\nResourceID = "[{kind}]IPsec";\r\n{body} ModuleName = "PSDesiredStateConfiguration";\r\n'
        ' ConfigurationName = "IPsec";\r\n};\r\n'
    )


def of_value(data: str, *more: str) -> str:
    key = f'Key = "{AGENT}"'.replace("HKLM", "HKEY_LOCAL_MACHINE").replace("\\", "\\\\")
    return mof(f'ValueName = "{NAME}"', key, 'ValueType = "Dword"', f"ValueData = {data}", *more)


@cases("data", ['{\r\n    "2"\r\n}', '{"0x2"}'])
def test_a_value_of_a_compiled_configuration_is_read(data: str) -> None:
    parsed = read(of_value(data, 'Ensure = "Present"'), "localhost.mof")
    (value,) = parsed.policy.registry
    assert (value.data.span.line, parsed.problems) == (12 if "\r" in data else 11, ())
    assert str(value.data.known) in {"2", "0x2"}
    (taken_out,) = read(of_value(data, 'Ensure = "Absent"'), "localhost.mof").policy.registry
    assert taken_out.data.known is None


def test_a_service_and_a_script_of_a_compiled_configuration_are_read() -> None:
    service = mof('Name = "IKEEXT"', 'State = "Stopped"', 'StartupType = "Disabled"', kind="Service")
    parsed = read(service, "localhost.mof")
    (state,) = parsed.policy.services
    assert (state.name, state.status.known, parsed.problems) == ("IKEEXT", "stopped", ())
    script = mof(
        'GetScript = "@{}"',
        'TestScript = "$false"',
        r'SetScript = "Set-NetFirewallSetting -CertValidationLevel None\nnetsh advfirewall consec add rule name=\"A\"'
        r' endpoint1=any endpoint2=10.9.0.0/16 action=requestinrequestout auth1=computerkerb"',
        kind="Script",
    )
    source = bytes_source("localhost.mof", script.encode())
    form = recognise(source)
    assert form is not None
    parsed = form.parse(source)
    (rule,) = parsed.policy.connection_security_rules
    assert (form.name, rule.name, rule.span.line, parsed.problems) == ("carried-commands", "A", 10, ())


@cases(
    "text",
    [
        "registry_value { 'HKLM\\Software\\A':\n" * 3000,
        "registry_key 'a' do\n" * 3000,
        "instance of MSFT_RegistryResource\n{\n" * 3000,
        'instance of MSFT_RegistryResource { A = "' * 3000,
    ],
)
def test_resources_without_an_end_take_no_time_that_grows_with_their_square(text: str) -> None:
    from ipseclint.formats.registry.resources import resources_in

    assert resources_in(text, "a.pp") == []


@cases("start", ["maybe", "'zonk'"])
def test_a_start_of_a_service_that_is_none_is_said(start: str) -> None:
    text = f"service {{ 'IKEEXT': ensure => running, enable => {start} }}\n"
    shown = start.strip("'")
    assert [each.message for each in read(text, "a.pp").problems] == [f"`{shown}` is no way in which a service starts"]
