"""The first configuration: every key, valid as it is and with every sign taken away."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ipseclint.engine.configuration.config import load_config, schema
from ipseclint.engine.configuration.starter import example_of, keys, starter
from ipseclint.engine.configuration.toml_files import ConfigError
from ipseclint.engine.configuration.toml_text import toml_value
from ipseclint.semantics.site_proposals import Proposal
from tests import ROOT

POLICY = ROOT / "fixtures" / "runs" / "domain-isolation" / "policy.cmd"


def switched_on(text: str) -> str:
    """The file with every example in force: what is no sentence loses its sign."""
    signs = ("# [", "# required-version")
    lines = text.splitlines()
    return "\n".join(
        line[2:] if line.startswith(signs) or (line.startswith("# ") and line[2:].partition(" = ")[1]) else line
        for line in lines
    )


def test_every_key_has_a_description_and_an_example() -> None:
    assert [key for key, field in keys() if not field.description or not field.examples] == []


def test_as_written_it_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "ipseclint.toml"
    file.write_text(starter({}), encoding="utf-8")
    loaded = load_config(file)
    assert loaded.config == load_config(None).config
    assert loaded.written == {"site"}


def test_with_every_sign_taken_away_every_key_is_valid(tmp_path: Path) -> None:
    import jsonschema

    file = tmp_path / "ipseclint.toml"
    file.write_text(switched_on(starter({})), encoding="utf-8")
    loaded = load_config(file)
    written = tomllib.loads(file.read_text(encoding="utf-8"))
    names = {key.split(".")[0] for key, _ in keys()} | {"overrides"}
    assert set(written) == names
    assert set(written["site"]) == {key.removeprefix("site.") for key, _ in keys() if key.startswith("site.")}
    assert loaded.config.overrides[0].severity == {"CR004": "info"}
    jsonschema.validate(json.loads(json.dumps(written)), schema())


def test_a_proposal_is_written_with_its_origin_and_a_doubtful_one_as_a_comment() -> None:
    text = starter(
        {
            "dns_servers": Proposal(["10.0.0.1"], 'the exemption "a\nb"', is_certain=True),
            "peers": Proposal(12, "its rules", is_certain=False),
        },
        site_only=True,
    )
    assert '# Read from the exemption "a\\nb": check it.\ndns_servers = ["10.0.0.1"]\n' in text
    assert "# Read from its rules: check it.\n# peers = 12\n" in text
    assert "fail-on" not in text
    assert tomllib.loads(text)["site"] == {"dns_servers": ["10.0.0.1"]}


def test_init_proposes_what_a_policy_exempts_by_name(tmp_path: Path, cli: Callable[..., Any]) -> None:
    file = tmp_path / "ipseclint.toml"
    ran = cli("init", POLICY, "-o", file)
    assert (ran.code, ran.out) == (0, "")
    assert "proposed from the policies: dhcp_servers, dns_servers, domain_controllers, pki_servers" in ran.err
    site = load_config(file).config.site
    assert site.domain_controllers == ("10.0.0.10", "10.0.0.11")
    assert site.dhcp_servers == ("10.0.0.67",)
    again = cli("init", POLICY, "-o", file)
    assert again.code == 2
    assert "--force" in again.err
    assert cli("init", "--site", "-o", "-").out.splitlines()[-1].startswith("# ")


def test_init_says_what_cannot_be_read(tmp_path: Path, cli: Callable[..., Any]) -> None:
    ran = cli("init", tmp_path / "nothing.cmd", "-o", "-")
    assert ran.code == 4
    assert "nothing.cmd does not exist" in ran.err


SAMPLES = {
    'ruleset = "default@2026.1"': True,
    'ruleset = ["default"]': True,
    "ruleset = []": False,
    "ruleset = 1": False,
    'fail-on = "never"': True,
    'fail-on = "none"': False,
    'select = "QD"': False,
    "unknown = 1": False,
    "[severity]\nCR004 = 'info'": True,
    "[severity]\nCR004 = 'off'": False,
    "[[overrides]]\npaths = ['a']\nignore = ['QD001']": True,
    "[[overrides]]\npaths = []\nignore = ['QD001']": False,
    "[site]\npeers = 4000": True,
    "[site]\npeers = '4000'": False,
    "[site]\npeers = -1": False,
    "[site]\nhost_type = 'hub'": True,
    "[site]\nhost_type = 'desk'": False,
    "[site]\nnat_groups = [{address = '203.0.113.7', initiators = 3}]": True,
    "[site]\nnat_groups = [{address = '203.0.113.7', peers = 3}]": False,
    "[site]\nfirst_deployment = true": True,
    "[site]\nfirst_deployment = 'yes'": False,
    "[site]\ndrop_probability_budget = 2": False,
    "[site]\ndrop_probability_budget = 0.5": True,
    "[site]\ndrop_probability_budget = '0.5'": False,
    "[site]\nstart_ramp_seconds = 60": True,
    "[site]\nstart_ramp_seconds = true": False,
    "[site]\nike_patience_seconds = '60'": False,
    'required-version = ">=0.1,<1"': True,
    'required-version = ""': True,
    'required-version = "new"': False,
    'required-version = "=>1"': False,
    "exclude = ['old/', '*.bak']": True,
    'baseline = "a\\u0000b"': False,
    "[[overrides]]\npaths = ['a']": False,
    "[[overrides]]\npaths = ['a']\nignore = []": False,
    "[[overrides]]\npaths = ['a']\n[overrides.severity]": False,
    "[[overrides]]\npaths = ['a']\nignore = []\n[overrides.severity]\nCR004 = 'info'": True,
    "[[overrides]]\npaths = ['!a']\nignore = ['QD001']": False,
    "[[overrides]]\npaths = ['  ']\nignore = ['QD001']": False,
    "[site]\nwindows = ['windows 11 24h2', 'Server 2025']": True,
    "[site]\nwindows = ['Windows 12']": False,
    **{
        f"[site]\ndns_servers = ['{text}']": True
        for text in (
            "10.0.0.53",
            " 10.0.0.53 ",
            "10.0.0.0/8",
            "10.0.0.0/08",
            "10.0.0.0/255.0.0.0",
            "10.0.0.1-10.0.0.9",
            "10.0.0.1 - 10.0.0.9",
            "::",
            "::1",
            "fe80::1%eth0",
            "2001:db8::/32",
            "1:2:3:4:5:6:7:8",
            "1::8",
            "1:2::7:8",
            "::192.0.2.1",
            "fe80::1-fe80::9",
        )
    },
    **{
        f"[site]\ndns_servers = ['{text}']": False
        for text in (
            "",
            "any",
            "dns1.corp.example",
            "10",
            "10.0.0",
            "10.0.0.300",
            "010.0.0.1",
            "10.0.0.0/33",
            "10.0.0.1-::1",
            "10.0.0.1,10.0.0.2",
            ":::",
            "1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7:8:9",
            "12345::",
            "fe80::/129",
            "1::2::3",
            "localsubnet",
        )
    },
    "[[site.nat_groups]]\naddress = '203.0.113.7/32'\ninitiators = 3": True,
    "[[site.nat_groups]]\naddress = '203.0.113.0/24'\ninitiators = 3": False,
    "[[site.nat_groups]]\naddress = '203.0.113.7-203.0.113.7'\ninitiators = 3": False,
    **{
        f"[[intent]]\nname = 'n'\nmust = 'required'\n{text}": True
        for text in (
            "protocol = 'TCP'\npeer_ports = '445, 1433 - 1434'",
            "protocol = '47'",
            "protocol = 'any'",
            "encryption_bits = 128",
            "protocol = 'udp'\nown_ports = '0080'",
        )
    },
    **{
        f"[[intent]]\nname = 'n'\nmust = 'required'\n{text}": False
        for text in (
            "peer_ports = '445'",
            "protocol = 'icmp'\npeer_ports = '445'",
            "protocol = '6'\nown_ports = '445'",
            "protocol = '256'",
            "protocol = 'tcp'\npeer_ports = '0'",
            "protocol = 'tcp'\nown_ports = '65536'",
            "protocol = 'tcp'\nown_ports = '1-'",
            "protocol = 'tcp'\nown_ports = ''",
            "protocol = ' tcp'",
        )
    },
    **{
        f"[names.{names}\n[[intent]]\nname = 'n'\nmust = 'exempt'\n{text}": True
        for names, text in (
            ("addresses]\nservers = ['10.1.0.0/16']", "peers = ['servers', '10.2.0.0/16']"),
            ("ports]\nsmb = '445'", "protocol = 'tcp'\nown_ports = 'smb, 80'"),
        )
    },
    **{
        f"[names.{text}": False
        for text in (
            "addresses]\nservers = []",
            "addresses]\nservers = ['dns1']",
            "addresses]\nservers = '10.1.0.0/16'",
            "addresses]\n10 = ['10.1.0.0/16']",
            "addresses]\n'a b' = ['10.1.0.0/16']",
            "ports]\nany = 'any'",
            "ports]\nsmb = 445",
            "profiles]\noffice = ['domain']",
        )
    },
    "[[intent]]\nname = 'n'\nmust = 'exempt'\nencryption_bits = 128": False,
    "[[intent]]\nname = ''\nmust = 'exempt'": False,
}

NOT_SAYABLE = {
    "required-version = '>=99'": "a `required-version` that leaves out the program that runs",
    "exclude = ['[z-a]']": "a pattern of paths that cannot be read, such as `[z-a]`",
    "[site]\ndns_servers = ['10.0.0.9-10.0.0.1']": "a range that ends before it begins",
    "[site]\ndns_servers = ['10.0.0.0/255.0.255.0']": "a mask that has a gap",
    "[site]\ndns_servers = ['::ffff:192.0.2.1']": "an IPv4 address in the form of IPv6",
    "[[intent]]\nname = 'n'\nmust = 'required'\npeers = ['servers']": "a name that `names` gives to nothing",
    "[[intent]]\nname = 'n'\nmust = 'required'\nprotocol = 'tcp'\nown_ports = 'any'": (
        "a name that `names` gives to nothing"
    ),
    "[site]\npeers = 4000.0": "a whole number written with a fraction of zero",
    "[site]\nstart_ramp_seconds = inf": "`inf` and `nan`",
}
"""What the program refuses and an expression or JSON cannot: the page of the configuration says so."""


@pytest.fixture(scope="module")
def validator() -> Any:
    import jsonschema

    return jsonschema.Draft202012Validator(schema())


@pytest.mark.drawn(2)
@pytest.mark.parametrize("text", SAMPLES)
def test_the_schema_accepts_what_the_program_accepts(text: str, tmp_path: Path, validator: Any) -> None:
    file = tmp_path / "ipseclint.toml"
    file.write_text(text)
    try:
        load_config(file)
        taken = True
    except ConfigError:
        taken = False
    valid = validator.is_valid(tomllib.loads(text))
    assert (taken, valid) == (SAMPLES[text], SAMPLES[text])


@pytest.mark.parametrize("text", NOT_SAYABLE)
def test_what_no_schema_can_say_is_refused_and_listed(text: str, tmp_path: Path, validator: Any) -> None:
    file = tmp_path / "ipseclint.toml"
    file.write_text(text)
    with pytest.raises(ConfigError):
        load_config(file)
    assert validator.is_valid(tomllib.loads(text))
    assert NOT_SAYABLE[text] in " ".join((ROOT / "docs" / "configuration.md").read_text().split())


def test_config_show_prints_toml_that_means_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: Callable[..., Any]
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "ipseclint.toml"
    file.write_text(switched_on(starter({})), encoding="utf-8")
    before = load_config(file).config
    shown = cli("config", "show").out
    other = tmp_path / "other.toml"
    other.write_text(shown, encoding="utf-8")
    assert load_config(other).config == before
    file.unlink()
    other.write_text(cli("config", "show").out, encoding="utf-8")
    assert load_config(other).config == load_config(None).config


def test_values_are_read_back_from_toml() -> None:
    values = [*(example_of(field) for _, field in keys()), 'a"\\\n\x85', {}, [{"a b": 1.5}]]
    assert [tomllib.loads(f"x = {toml_value(value)}") for value in values] == [{"x": value} for value in values]


def test_init_offers_what_the_policy_keeps_as_intents_that_are_off(tmp_path: Path, cli: Callable[..., Any]) -> None:
    file = tmp_path / "ipseclint.toml"
    cli("init", POLICY, "-o", file)
    assert load_config(file).config.intent == ()
    file.write_text(file.read_text(encoding="utf-8").replace("# [site]", "[site]"), encoding="utf-8")
    _, _, block = file.read_text(encoding="utf-8").partition("# [[intent]]")
    block = "# [[intent]]" + block.partition("\n\n[site]")[0]
    file.write_text("\n".join(line[2:] for line in block.splitlines()), encoding="utf-8")
    names = [intent.name for intent in load_config(file).config.intent]
    assert "Exempt domain controllers" in names
    ran = cli("check", POLICY, "--config", file, "-o", "json")
    answers = {row["question"]: row["answer"] for row in json.loads(ran.out)["questions"]}
    assert answers["Is any intent of the configuration broken?"] == "nothing found"
    file.write_text('[[intent]]\nname = "All"\nmust = "required"\n', encoding="utf-8")
    shown = cli("check", POLICY, "--config", file).out
    assert "Is any intent of the configuration broken?    yes" in shown
