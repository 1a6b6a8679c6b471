"""The configuration: found, read in every encoding, and never silently wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ipseclint.engine.configuration.config import Config, find_config, load_config, schema
from ipseclint.engine.configuration.toml_files import ConfigError
from ipseclint.finding import Severity
from ipseclint.model.values import model_of

TEXT = 'fail-on = "error"\nignore = ["QD010"]\n[severity]\nQD001 = "info"\n[site]\npeers = 40\n'
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_encoding_of_windows_editors(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "ipseclint.toml"
    path.write_bytes(TEXT.replace("\n", "\r\n").encode(encoding))
    loaded = load_config(path)
    assert loaded.config.fail_on == "error"
    assert loaded.config.ignore == ("QD010",)
    assert loaded.config.severity == {"QD001": Severity.INFO}
    assert loaded.config.site.peers == 40
    assert loaded.written == {"fail-on", "ignore", "severity", "site"}


def test_found_upward_and_own_file_first(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.ipseclint]\nfail-on = "error"\n')
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    assert find_config(deep) == tmp_path / "pyproject.toml"
    assert load_config(find_config(deep)).config.fail_on == "error"
    (tmp_path / "ipseclint.toml").write_text("")
    assert find_config(deep) == tmp_path / "ipseclint.toml"
    (deep / "pyproject.toml").write_text("[tool.other]\n")
    assert find_config(deep) == tmp_path / "ipseclint.toml"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("fail_on = 'error'", ["fail_on", "unknown key", "fail-on"]),
        ("fail-on = 'sometimes'", ["fail-on"]),
        ("[site]\npeerss = 3", ["site.peerss", "unknown key", "peers"]),
        ("[[overrides]]\npaths = []", ["overrides.0.paths"]),
        (
            "[[overrides]]\npaths = ['a']\nignores = ['QD001']",
            ["overrides.0.ignores: unknown key; did you mean ignore?"],
        ),
        ("select = [", ["ipseclint.toml"]),
        ("required-version = '>=99'", ["required-version", ">=99"]),
        ("required-version = 'new'", ["required-version"]),
        ("[severity]\nQD001 = 'fatal'", ["severity.QD001"]),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, text: str, words: list[str]) -> None:
    path = tmp_path / "ipseclint.toml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    for word in words:
        assert word in str(caught.value)


def test_the_schema_knows_every_key() -> None:
    body = schema()
    assert set(body["properties"]) == {field.alias for field in model_of(Config).model_fields.values()}
    assert json.dumps(body)


POLICY = "netsh advfirewall set global mainmode mmkeylifetime 5min,0sess\n"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for folder in ("lab", "prod"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "policy.cmd").write_text(POLICY)
    return tmp_path


def codes(ran: Any) -> list[tuple[str, str, str]]:
    return [(row["location"]["path"], row["code"], row["severity"]) for row in json.loads(ran.out)["findings"]]


def test_overrides_are_for_their_paths(desk: Path, cli: Callable[..., Any]) -> None:
    (desk / "ipseclint.toml").write_text(
        '[[overrides]]\npaths = ["lab/"]\nignore = ["QD001"]\n'
        '[[overrides]]\npaths = ["prod/"]\n[overrides.severity]\nQD001 = "warning"\n'
    )
    assert codes(cli(".", "-o", "json", "--select", "QD001")) == [("prod/policy.cmd", "QD001", "warning")]


def test_the_command_line_goes_before_the_file(desk: Path, cli: Callable[..., Any]) -> None:
    (desk / "ipseclint.toml").write_text('select = ["CR"]\nfail-on = "never"\n')
    assert cli("lab").code == 0
    ran = cli("lab", "-o", "json", "--select", "QD", "--fail-on", "info")
    assert ran.code == 1
    assert {code for _, code, _ in codes(ran)} == {"QD001"}


@pytest.mark.parametrize(
    "text", ['ignore = ["QD9"]', '[severity]\nQD999 = "info"', 'select = ["CR"]\n[severity]\nQD001 = "info"']
)
def test_a_setting_without_effect_is_an_error(desk: Path, cli: Callable[..., Any], text: str) -> None:
    (desk / "ipseclint.toml").write_text(text)
    ran = cli("lab")
    assert ran.code == 2
    assert "QD" in ran.err


def test_excluded_paths_are_not_walked_but_may_be_named(desk: Path, cli: Callable[..., Any]) -> None:
    (desk / "ipseclint.toml").write_text('exclude = ["lab/"]\n')
    assert {path for path, *_ in codes(cli(".", "-o", "json"))} == {"prod/policy.cmd"}
    assert {path for path, *_ in codes(cli("lab/policy.cmd", "-o", "json"))} == {"lab/policy.cmd"}


def test_config_show_says_where_each_value_is_from(desk: Path, cli: Callable[..., Any]) -> None:
    (desk / "ipseclint.toml").write_text('fail-on = "error"\n')
    lines = cli("config", "show").out.splitlines()
    assert any(line.startswith('fail-on = "error"  # ') and line.endswith("ipseclint.toml") for line in lines)
    assert any(line.startswith("ignore = ") and line.endswith("# default") for line in lines)
    assert "# select is not set" in lines
    assert json.loads(cli("config", "schema").out)["title"] == "ipseclint.toml"


def test_outputs_of_the_file(desk: Path, cli: Callable[..., Any]) -> None:
    (desk / "ipseclint.toml").write_text('output = ["text", "json:out.json"]\n')
    ran = cli("lab")
    assert "QD001" in ran.out
    assert json.loads((desk / "out.json").read_text())["findings"]


def test_a_pinned_ruleset(desk: Path, cli: Callable[..., Any]) -> None:
    assert cli("lab", "--ruleset", "default@1999.1").code == 2
    from ipseclint.engine.rulesets.ruleset import load_ruleset

    assert cli("lab", "--ruleset", load_ruleset("default").label).code == 1


HOST_TYPES = "'client', 'portable', 'server', 'multi-user', 'hub', 'gateway' or 'domain-controller'"
NO_RANGE = "is not an IP address, a subnet such as 10.0.0.0/8 or a range such as 10.0.0.1-10.0.0.9"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('domain_controllers = ["dc1.corp.example"]', f"site.domain_controllers.0: 'dc1.corp.example' {NO_RANGE}"),
        ('dns_servers = ["10.0.0.53", "10.0.0.300"]', f"site.dns_servers.1: '10.0.0.300' {NO_RANGE}"),
        ('non_ipsec_ranges = ["10.200.0.0/99"]', f"site.non_ipsec_ranges.0: '10.200.0.0/99' {NO_RANGE}"),
        ('non_member_ranges = ["localsubnet"]', f"site.non_member_ranges.0: 'localsubnet' {NO_RANGE}"),
        ('pki_servers = ["10"]', f"site.pki_servers.0: '10' {NO_RANGE}"),
        ('dhcp_servers = ["10.0.0.9-10.0.0.1"]', "site.dhcp_servers.0: '10.0.0.9-10.0.0.1' ends before it begins"),
        (
            'virtual_addresses = "10.0.0.1"',
            "site.virtual_addresses: '10.0.0.1' should be a list, such as [\"10.0.0.1\"]",
        ),
        ('nat_groups = [{address = "vip", initiators = 3}]', "site.nat_groups.0.address: 'vip' is not an IP address"),
        (
            'nat_groups = [{address = "10.0.0.0/8", initiators = 3}]',
            "site.nat_groups.0.address: '10.0.0.0/8' is more than one IP address; one is expected here",
        ),
        (
            'nat_groups = [{address = "10.0.0.1", initiators = 3, peers = 4}]',
            "site.nat_groups.0.peers: unknown key; the keys are address, initiators",
        ),
        ('links = [{range = "wan", bits_per_second = 5}]', f"site.links.0.range: 'wan' {NO_RANGE}"),
        ('peers = "4000"', "site.peers: '4000' should be a whole number"),
        ('first_deployment = "yes"', "site.first_deployment: 'yes' should be true or false"),
        (
            'host_type = "hubb"',
            f"site.host_type: 'hubb' should be {HOST_TYPES}",
        ),
    ],
)
def test_a_fact_of_the_site_that_cannot_be_used_is_named_with_what_it_should_be(
    tmp_path: Path, text: str, words: str
) -> None:
    path = tmp_path / "ipseclint.toml"
    path.write_text(f"[site]\n{text}\n")
    with pytest.raises(ConfigError) as error:
        load_config(path)
    assert str(error.value) == f"{path}: {words}"


@pytest.mark.parametrize("text", ["10.0.0.10", "10.0.0.0/8", "10.0.0.0/255.0.0.0", "10.0.0.1-10.0.0.9", "fd00::/8"])
def test_addresses_of_the_site_are_written_as_windows_tools_write_them(tmp_path: Path, text: str) -> None:
    path = tmp_path / "ipseclint.toml"
    path.write_text(f'[site]\ndomain_controllers = ["{text}"]\n')
    assert load_config(path).config.site.domain_controllers == (text,)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ruleset = []", "ruleset: the list should have at least 1 item"),
        ("select = []", "select: the list should have at least 1 item"),
        ('[[overrides]]\npaths = ["a"]', "overrides.0: it changes no rule; it needs ignore or severity"),
        ('[[overrides]]\npaths = [""]\nignore = ["QD"]', "overrides.0.paths: '' names no path"),
        ('[[overrides]]\npaths = ["# a"]\nignore = ["QD"]', "overrides.0.paths: '# a' names no path"),
    ],
)
def test_a_setting_without_effect_is_refused(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "ipseclint.toml"
    path.write_text(f"{text}\n")
    with pytest.raises(ConfigError) as error:
        load_config(path)
    assert str(error.value) == f"{path}: {words}"


@pytest.mark.parametrize(
    "arguments", [["--select", ""], ["--select", ","], ["--ignore", "QD,EX,DP,FL,RF,AU,CR,RT"]], ids=" ".join
)
def test_a_run_without_a_rule_is_no_clean_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: Callable[..., Any], arguments: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "policy.cmd").write_text("netsh advfirewall set global mainmode mmkeylifetime 480min,0sess\n")
    ran = cli("policy.cmd", *arguments)
    assert ran.code == 2
    assert ran.err == (
        "ipseclint: no rule is left of default@2026.1 after what is selected and ignored: nothing would be checked\n"
    )


def test_a_project_that_says_of_us_what_is_no_table_is_refused_rather_than_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text("tool.ipseclint = 3\n")
    assert find_config(tmp_path) == path
    with pytest.raises(ConfigError, match=r"pyproject\.toml: tool\.ipseclint: a table is expected$"):
        load_config(path)
    path.write_text("tool = 3\n")
    assert find_config(tmp_path) != path


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('fail_on = "error"', "fail_on: unknown key; did you mean fail-on?"),
        ("[site]\npeerss = 3", "site.peerss: unknown key; did you mean peers?"),
        ("[[overrides]]\nignore = ['QD001']", "overrides.0.paths: it must be given"),
        ("exclude = ['lab\\old']", r"exclude.0: 'lab\\old' parts folders by a backslash; write /, on Windows too"),
        ("exclude = ['lab\\']", r"exclude.0: 'lab\\' parts folders by a backslash; write /, on Windows too"),
        (
            "[[overrides]]\nignore = ['QD001']\npaths = ['lab\\*.cmd']",
            r"overrides.0.paths.0: 'lab\\*.cmd' parts folders by a backslash; write /, on Windows too",
        ),
    ],
)
def test_a_mistake_is_named_in_the_words_of_a_configuration(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "c.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_config(tmp_path / "c.toml")
    assert str(caught.value).endswith(f"c.toml: {message}")


def test_a_backslash_takes_the_meaning_of_a_sign(tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text(r"exclude = ['\#1', '\!x', 'a\ ']")
    assert load_config(tmp_path / "c.toml").config.exclude == (r"\#1", r"\!x", "a\\ ")


def test_waivers_and_a_baseline_that_the_file_names_are_those_of_the_run(desk: Path, cli: Callable[..., Any]) -> None:
    (desk / "conf").mkdir()
    (desk / "conf" / "ipseclint.toml").write_text('waivers = "w.toml"\n')
    (desk / "conf" / "w.toml").write_text('[[waiver]]\nrule = "QD001"\nreason = "agreed"\n')
    config = ("--config", "conf/ipseclint.toml", "-o", "json", "--select", "QD001")
    told = json.loads(cli("lab", *config).out)
    assert [each["waiver"]["reason"] for each in told["findings"]] == ["agreed"]
    assert told["settings"]["waivers"] == "conf/w.toml"
    (desk / "other.toml").write_text("")
    assert json.loads(cli("lab", *config, "--waivers", "other.toml").out)["findings"][0]["waiver"] is None
    (desk / "conf" / "ipseclint.toml").write_text('baseline = "b.json"\n')
    assert cli("baseline", "create", "lab", "--file", "conf/b.json").code == 0
    told = json.loads(cli("lab", *config).out)
    assert ([each["baseline"] for each in told["findings"]], told["settings"]["baseline"]) == (
        ["unchanged"],
        "conf/b.json",
    )


@pytest.mark.parametrize(
    ("text", "is_ours"),
    [
        ("[tool.ipseclint]\n", True),
        ("[ 'tool' . \"ipseclint\" ]\n", True),
        ("[tool]\nipseclint.fail-on = 'error'\n", True),
        ("[[tool]]\n", False),
        ("tool = {ipseclint = {}}\n", True),
        ("'tool'.ipseclint.fail-on = 'error'\n", True),
        ('["tool"."ipsec\\u006cint"]\n', True),
        ('["\\U00000074ool".ipseclint]\n', True),
        ("[project]\nname = 'ipseclint'\n", False),
        ("[project]\nname = 'tool.ipseclint'\n", False),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_a_project_that_says_something_for_us_is_found(
    tmp_path: Path, text: str, encoding: str, *, is_ours: bool
) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_bytes(text.encode(encoding))
    assert find_config(tmp_path) == (path if is_ours else None)
