"""`ipseclint load`: the contract of its JSON, its words, its exit codes, and what it does with bad numbers."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ipseclint.load.scenarios import Scenario
from tests.cases import cases

pytestmark = [pytest.mark.drawn(6), pytest.mark.usefixtures("unwrapped")]

Cli = Callable[..., Any]

COSTLY = "netsh advfirewall set global mainmode mmkeylifetime 5min,0sess\r\n"
GOOD = "netsh advfirewall set global mainmode mmkeylifetime 480min,0sess\r\n"
RULE = (
    'netsh advfirewall consec add rule name="S" endpoint1=any endpoint2=10.1.0.0/16 action=requireinrequestout '
    "auth1=computerkerb qmsecmethods=esp:sha256-aes128+60min+2147483647kb\r\n"
)

BARE_QUEUES = [
    (0.8, 1, 1, 1, 0.275196493, 0.579842806, 0.422445592),
    (0.9, 1, 1, 5, 0.107306209, 0.803424412, 2.132402621),
    (1.0, 1, 1, 2, 0.25, 0.75, 1.0),
    (1.2, 1, 1, 2, 0.311817917, 0.825818500, 1.171812091),
    (3.2, 1, 4, 1, 0.068226286, 0.486296817, 0.249683019),
    (79, 10, 8, 1, 0.006776783, 0.938330657, 0.396188001),
    (440, 50, 8, 0.5, 0.090909091, 1.000000000, 0.477272728),
]
"""Arrival rate, service rate, workers, patience; drop probability, wait probability, mean of min(V, D)."""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in {
        "costly.cmd": COSTLY + RULE,
        "good.cmd": GOOD + RULE,
        "half.cmd": COSTLY + RULE + "netsh advfirewall set global mainmode mmkeylifetime %MINUTES%min,0sess\r\n",
        "notes.txt": "shopping list",
        "empty.cmd": "",
        "site.toml": "[site]\npeers = 300_000\ndrop_probability_budget = 0.001\n",
        "wide.toml": "[site]\npeers = 300_000\ndrop_probability_budget = 0.9\n",
    }.items():
        (tmp_path / name).write_bytes(text.encode())
    return tmp_path


def body(cli: Cli, *arguments: str) -> dict[str, Any]:
    ran = cli("load", *arguments, "--format", "json")
    assert ran.code in {0, 1}, ran
    found = json.loads(ran.out)
    assert isinstance(found, dict)
    return found


@cases(("arrivals", "service", "workers", "patience", "drop", "waiting", "mean"), BARE_QUEUES)
def test_the_calculator_is_exact(
    cli: Cli,
    arrivals: float,
    service: float,
    workers: int,
    patience: float,
    drop: float,
    waiting: float,
    mean: float,
) -> None:
    options = {"--arrival-rate": arrivals, "--service-rate": service, "--workers": workers, "--patience": patience}
    found = body(cli, *(str(word) for pair in options.items() for word in pair))
    assert found["drop_probability"] == pytest.approx(drop, abs=1e-9)
    assert found["wait_probability"] == pytest.approx(waiting, abs=1e-9)
    assert found["mean_wait_seconds"] == pytest.approx(mean, abs=1e-9)


def test_a_policy_gives_rates_utilisation_and_ramp(desk: Path, cli: Cli) -> None:
    found = body(cli, "costly.cmd", "--peers", "30000")
    assert found["main_mode_rate"] == pytest.approx(30_000 / 300)
    assert found["quick_mode_rate"] == pytest.approx(30_000 / 3_600)
    assert {"drop_probability", "wait_probability", "mean_wait_seconds", "utilisation", "safe_ramp_seconds"} <= set(
        found
    )
    assert set(found["ranges"]) <= set(found)
    for name, span in found["ranges"].items():
        assert span["low"] <= found[name] <= span["high"], name


def test_every_input_says_where_it_comes_from(desk: Path, cli: Cli) -> None:
    found = body(cli, "costly.cmd", "--peers", "30000")
    inputs = {each["name"]: each for each in found["inputs"]}
    assert inputs["peers"]["provenance"] == "yours"
    assert inputs["main_mode_lifetime_seconds"]["provenance"] == "yours"
    assert inputs["main_mode_lifetime_seconds"]["source"] == "the policy, costly.cmd:1"
    assert inputs["cookie_mode_on"]["provenance"] == "documented"
    for name in ("workers", "patience_seconds", "main_mode_service_seconds"):
        assert inputs[name]["provenance"] == "assumed"
        assert inputs[name]["low"] < inputs[name]["high"]


def test_what_the_policy_leaves_out_is_windows_documented_default(desk: Path, cli: Cli) -> None:
    (desk / "defaults.cmd").write_text(RULE.replace(" qmsecmethods=esp:sha256-aes128+60min+2147483647kb", ""))
    inputs = {each["name"]: each for each in body(cli, "defaults.cmd", "--peers", "10000")["inputs"]}
    assert (inputs["main_mode_lifetime_seconds"]["value"], inputs["quick_mode_lifetime_seconds"]["value"]) == (
        28_800,
        3_600,
    )
    assert inputs["main_mode_lifetime_seconds"]["provenance"] == "documented"


def test_the_change_that_helps_most_is_named_with_its_effect(desk: Path, cli: Cli) -> None:
    best = body(cli, "costly.cmd", "--peers", "300000")["best_policy_change"]
    assert best["change"]["values"] == {"main_mode_lifetime_seconds": 28_800}
    assert best["before"] == pytest.approx(0.583, abs=0.01)
    assert best["after"] == pytest.approx(0, abs=1e-9)
    assert best["saved"] == best["before"] - best["after"]


LEGACY = """netsh ipsec static add policy name=P assign=yes mmsecmethods="3DES-SHA1-3"
netsh ipsec static add filter filterlist=All srcaddr=me dstaddr=any
netsh ipsec static add filteraction name=Secure action=negotiate qmsecmethods="ESP[3DES,SHA1]:100000k/3600s"
netsh ipsec static add rule name=A policy=P filterlist=All filteraction=Secure
"""
CURVES = (
    "netsh advfirewall set global mainmode mmsecmethods dhgroup14:aes256-sha256\n"
    "netsh advfirewall consec add rule name=R endpoint1=any endpoint2=10.0.0.0/8 action=requireinrequireout "
)


@pytest.mark.parametrize(
    ("script", "advised"),
    [
        (LEGACY, False),  # the tool knows no curves
        (f"{CURVES}auth1=computerkerb\n", False),  # AuthIP makes no exchange
        (f"{CURVES}auth1=computerpsk auth1psk=hunter2hunter2\n", True),  # AuthIP knows no preshared key
        (f"{CURVES}auth1=computerkerb\nnetsh advfirewall set global mainmode mmforcedh yes\n", True),
    ],
)
def test_curves_are_advised_where_the_policy_can_have_them(desk: Path, cli: Cli, script: str, advised: bool) -> None:
    (desk / "advised.cmd").write_text(script)
    labels = [effect["change"]["label"] for effect in body(cli, "advised.cmd", "--peers", "4000")["effects"]]
    assert ("main-mode group DH19 for DH14, on all peers together" in labels) is advised
    assert not any("DH19" in label for label in labels) or advised


def test_the_answer_opens_with_a_verdict_and_what_would_settle_it(desk: Path, cli: Cli) -> None:
    (desk / "mild.cmd").write_text(LEGACY)
    (desk / "budget.toml").write_text("[site]\ndrop_probability_budget = 0.001\n")
    answer = body(cli, "mild.cmd", "--peers", "10", "--config", "budget.toml")["verdict"]
    assert (answer["verdict"], answer["budget"], answer["settled_by"]) == ("safe over the whole range", 0.001, None)
    storm = ("--peers", "10000000", "--scenario", "boot")
    assert body(cli, "mild.cmd", *storm)["verdict"]["verdict"] == "unsafe over the whole range"
    open_ = body(cli, "mild.cmd", "--peers", "20000", "--scenario", "boot")["verdict"]
    assert (open_["verdict"], open_["budget"]) == ("cannot be told", 0.001)
    assert open_["settled_by"] in {"workers", "main_mode_service_seconds", "patience_seconds"}
    assert "netsh wfp show state" in open_["how"]
    lines = cli("load", "mild.cmd", "--peers", "20000", "--scenario", "boot").out.splitlines()
    assert lines[0].startswith("Cannot be told: ")
    assert lines[1].startswith("what settles it most: ")
    assert lines[2].startswith("how to measure it: ")


def test_where_the_answer_goes(desk: Path, cli: Cli) -> None:
    (desk / "mild.cmd").write_text(LEGACY)
    assert cli("load", "mild.cmd", "--peers", "10", "-o", "html:page.txt").code == 0
    assert (desk / "page.txt").read_text(encoding="utf-8").lower().startswith("<!doctype html>")
    assert cli("load", "mild.cmd", "--peers", "10", "-o", "l.pdf").code == 2
    assert not (desk / "l.pdf").exists()
    assert cli("load", "mild.cmd", "--peers", "10", "-o", "json:").code == 2
    assert cli("load", "mild.cmd", "--peers", "0").code == 2
    assert "patience-seconds" in cli("load", "mild.cmd", "--peers", "1", "--set", "foo=1").err


def test_the_site_stands_in_for_options_and_options_go_first(desk: Path, cli: Cli) -> None:
    of_site = body(cli, "costly.cmd", "--config", "site.toml")
    assert of_site["main_mode_rate"] == pytest.approx(1_000)
    assert body(cli, "costly.cmd", "--config", "site.toml", "--peers", "3")["main_mode_rate"] == pytest.approx(0.01)


def test_what_was_measured_of_the_host_can_stand_in_the_configuration(desk: Path, cli: Cli) -> None:
    (desk / "host.toml").write_text(
        "[site]\npeers = 300_000\nike_workers = 4\nike_main_mode_milliseconds = 2.0\nike_patience_seconds = 10\n"
    )
    inputs = {each["name"]: each for each in body(cli, "costly.cmd", "--config", "host.toml")["inputs"]}
    values = {name: inputs[name]["value"] for name in ("workers", "patience_seconds", "main_mode_service_seconds")}
    assert values == {"workers": 4, "patience_seconds": 10, "main_mode_service_seconds": 0.002}
    assert all(inputs[name]["provenance"] == "yours" for name in values)


def test_two_policies_are_compared(desk: Path, cli: Cli) -> None:
    found = body(cli, "costly.cmd", "good.cmd", "--peers", "300000")
    assert found["change"]["main_mode_rate"]["old"] == pytest.approx(1_000)
    assert found["change"]["main_mode_rate"]["new"] == pytest.approx(300_000 / 28_800)
    assert (found["old"]["policy"]["name"], found["new"]["policy"]["name"]) == ("costly.cmd", "good.cmd")
    text = cli("load", "costly.cmd", "good.cmd", "--peers", "300000").out
    assert "costly.cmd -> good.cmd" in text
    assert "main mode lifetime seconds" in text


def test_master_pfs_limits_a_main_mode_to_one_quick_mode(desk: Path, cli: Cli) -> None:
    (desk / "hub.cmd").write_text(
        'netsh ipsec static add policy name="Hub" mmpfs=yes mmlifetime=480\n'
        'netsh ipsec static add filterlist name="B"\n'
        'netsh ipsec static add filter filterlist="B" srcaddr=Me dstaddr=10.2.0.0 dstmask=16\n'
        'netsh ipsec static add filteraction name="R" action=negotiate qmsecmethods="ESP[3DES,SHA1]:100000k/3600s"\n'
        'netsh ipsec static add rule name="B" policy="Hub" filterlist="B" filteraction="R" kerberos=yes\n'
    )
    found = body(cli, "hub.cmd", "--peers", "10000")
    assert found["main_mode_rate"] == pytest.approx(2.777778, abs=1e-6)


@pytest.mark.parametrize("scenario", ["steady", "boot", "policy-push", "failover", "wan-outage", "gateway-restart"])
def test_every_scenario_in_words_and_numbers(desk: Path, cli: Cli, scenario: str) -> None:
    arguments = ("good.cmd", "--peers", "20000", "--patience", "5", "--scenario", scenario)
    found = body(cli, *arguments)
    assert found["situation"]["scenario"] == scenario
    text = cli("load", *arguments).out
    assert text.isascii()
    assert found["situation"]["meaning"] in text
    assert "35 per address, 500 in all" in text
    assert all(tag in text for tag in ("documented", "assumed", "yours"))


def test_a_storm_by_the_law(desk: Path, cli: Cli) -> None:
    found = body(
        cli, "--peers", "10000", "--scenario", "boot", "--patience", "5", "--workers", "8", "--service-ms", "20"
    )
    assert found["safe_ramp_seconds"] == pytest.approx(20)
    assert found["drop_probability"] == pytest.approx(0.8)
    assert found["served_share"] == pytest.approx(0.6)
    ramped = body(
        cli, "--peers", "10000", "--scenario", "boot", "--patience", "5", "--service-ms", "20", "--ramp", "25"
    )
    assert ramped["drop_probability"] == pytest.approx(0, abs=1e-9)


def test_seeds_simulate_and_give_intervals(desk: Path, cli: Cli) -> None:
    arguments = ("--peers", "10000", "--scenario", "boot", "--patience", "5", "--service-ms", "20", "--seeds", "3")
    found = body(cli, *arguments)["simulation"]
    assert found["seeds"] == [1, 2, 3]
    assert found["served_share"]["mean"] == pytest.approx(0.6, abs=0.01)
    assert found["first_drop_share"]["mean"] == pytest.approx(0.8, abs=0.02)
    assert 0 < found["first_drop_share"]["half_width"] < 0.05
    assert "simulated, 3 seeds" in cli("load", *arguments).out
    assert body(cli, *arguments)["simulation"] == found


def test_the_calculator_can_be_checked_by_simulation(cli: Cli) -> None:
    queue = ("--arrival-rate", "4.4", "--service-rate", "1", "--workers", "4", "--patience", "2")
    found = body(cli, *queue, "--seeds", "2")
    assert found["simulation"]["drop_probability"]["mean"] == pytest.approx(found["drop_probability"], abs=0.01)


ROWS = [
    ("within the budget", ["good.cmd", "--config", "site.toml"], 0),
    ("over the budget", ["costly.cmd", "--config", "site.toml"], 1),
    ("over, but the budget is wide", ["costly.cmd", "--config", "wide.toml"], 0),
    ("the new policy decides", ["costly.cmd", "good.cmd", "--config", "site.toml"], 0),
    ("the new policy is over", ["good.cmd", "costly.cmd", "--config", "site.toml"], 1),
    ("nobody says how many peers", ["good.cmd"], 2),
    ("neither policy nor numbers", [], 2),
    ("half a calculator", ["--arrival-rate", "1"], 2),
    ("calculator and policy", ["good.cmd", "--arrival-rate", "1", "--peers", "1"], 2),
    ("unknown scenario", ["good.cmd", "--peers", "1", "--scenario", "flood"], 2),
    ("unknown schedule", ["good.cmd", "--peers", "1", "--schedule", "never"], 2),
    ("unknown parameter", ["good.cmd", "--peers", "1", "--set", "colour=3"], 2),
    ("a parameter without a number", ["good.cmd", "--peers", "1", "--set", "round-trip-seconds=soon"], 2),
    ("no configuration there", ["good.cmd", "--config", "missing.toml"], 2),
    ("no policy in it", ["notes.txt", "--peers", "1"], 3),
    ("empty", ["empty.cmd", "--peers", "1"], 3),
    ("unreadable", ["missing.cmd", "--peers", "1"], 4),
    ("partly understood", ["half.cmd", "--peers", "1"], 4),
    ("partly understood, allowed", ["half.cmd", "--peers", "1", "--allow-partial"], 0),
    ("too much to simulate", ["good.cmd", "--peers", "1e12", "--scenario", "boot", "--seeds", "2"], 2),
    ("cannot be written", ["good.cmd", "--peers", "1", "-o", "no/where/x.json"], 2),
]


@pytest.mark.drawn(4)
@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize(("arguments", "code"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_exit_code(desk: Path, cli: Cli, arguments: list[str], code: int, form: str) -> None:
    ran = cli("load", *arguments, "--format", form)
    assert ran.code == code, ran
    assert "Traceback" not in ran.out + ran.err
    assert bool(ran.err) is (code not in {0, 1})


HOSTILE = ["nan", "inf", "-inf", "-1", "1e400", "-0.0", "1e308", "1e-320", "0", "1" + "0" * 400, "0x10", "many"]


@pytest.mark.drawn(8)
@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize(
    "option", ["--peers", "--ramp", "--workers", "--patience", "--service-ms", "--throughput", "--arrival-rate"]
)
def test_hostile_numbers_are_refused_or_answered(desk: Path, cli: Cli, option: str, value: str) -> None:
    base = ["--service-rate", "1"] if option == "--arrival-rate" else ["good.cmd", "--peers", "1000"]
    for form in ("text", "json"):
        ran = cli("load", *base, f"{option}={value}", "--format", form)
        assert ran.code in {0, 2}, ran
        assert "Traceback" not in ran.err
        if ran.code == 2:
            assert ran.err.strip()
        elif form == "json":
            assert all(math.isfinite(number) for number in numbers(json.loads(ran.out)))


def numbers(value: object) -> list[float]:
    if isinstance(value, dict):
        return [number for each in value.values() for number in numbers(each)]
    if isinstance(value, list):
        return [number for each in value for number in numbers(each)]
    return [value] if isinstance(value, float) else []


def test_a_hostile_name_does_not_reach_the_terminal(desk: Path, cli: Cli) -> None:
    rule = RULE.replace('"S"', '"S\x1b[31m"')
    (desk / "esc.cmd").write_bytes((COSTLY + rule).encode())
    ran = cli("load", "esc.cmd", "--peers", "10", "--allow-partial")
    assert "\x1b" not in ran.out + ran.err


def test_the_output_goes_to_a_file_in_the_form_of_its_name(desk: Path, cli: Cli) -> None:
    ran = cli("load", "good.cmd", "--peers", "10", "-o", "load.json")
    assert (ran.code, ran.out) == (0, "")
    assert json.loads((desk / "load.json").read_text())["schema"] == "ipseclint.load/1"


PAGES = ["--peers", "10000", "--scenario", "boot", "--patience", "5"]


def test_the_page_is_well_formed_and_asks_for_nothing(desk: Path, cli: Cli) -> None:
    from lxml import html

    ran = cli("load", "costly.cmd", *PAGES, "--format", "html", "-o", "load.html")
    assert (ran.code, ran.out) == (0, "")
    text = (desk / "load.html").read_text(encoding="utf-8")
    page = html.document_fromstring(text)
    assert not page.xpath("//script | //link | //img | //iframe | //@src | //@href")
    assert "default-src 'none'" in text
    assert [each.text for each in page.xpath("//section[@aria-labelledby='h-scenarios']/h3")] == [
        "steady",
        "boot",
        "policy-push",
        "failover",
        "wan-outage",
        "gateway-restart",
    ]
    assert len(page.xpath("//svg")) == 1 + 6 * 3
    assert all(each.xpath("./title") for each in page.xpath("//svg"))
    assert "prefers-color-scheme: dark" in text


def test_the_page_escapes_what_stands_in_the_policy(desk: Path, cli: Cli) -> None:
    (desk / "tag.cmd").write_bytes((COSTLY + RULE.replace('"S"', '"<script>alert(1)</script>"')).encode())
    ran = cli("load", "tag.cmd", *PAGES, "--format", "html", "--allow-partial")
    assert ran.code == 0
    assert "<script>alert" not in ran.out


def test_the_picture_is_one_svg_with_the_safe_region(desk: Path, cli: Cli) -> None:
    from lxml import etree

    assert cli("load", "costly.cmd", *PAGES, "-o", "load.svg").code == 0
    root = etree.parse(str(desk / "load.svg")).getroot()
    names = {"s": "http://www.w3.org/2000/svg"}
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert len(root.xpath("//s:polyline", namespaces=names)) == 4
    assert root.xpath("//s:path[@class='safe']/@d", namespaces=names)[0].count("M") > 10
    numbers_in = root.xpath("//@points | //@x | //@y | //@width | //@height | //@cx | //@cy")
    assert not [number for number in numbers_in if "nan" in number or "inf" in number]
    assert cli("load", "costly.cmd", *PAGES, "--format", "svg").out == (desk / "load.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize("peers", ["1e-300", "1e300", "1"])
def test_pictures_of_odd_fleets(desk: Path, cli: Cli, peers: str) -> None:
    ran = cli("load", "costly.cmd", "--peers", peers, "--scenario", "boot", "--format", "html")
    assert ran.code == 0, ran
    drawn = ran.out.split("<main>")[1]
    assert "nan" not in drawn.replace("scenan", "").split("<details>")[0]


def test_a_png_is_made_where_the_renderer_is_there(desk: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cli("load", "costly.cmd", *PAGES, "-o", "load.png").code == 0
    assert (desk / "load.png").read_bytes().startswith(b"\x89PNG\r\n")
    import sys

    monkeypatch.setitem(sys.modules, "resvg_py", None)
    ran = cli("load", "costly.cmd", *PAGES, "-o", "again.png")
    assert ran.code == 2
    assert "ipseclint[png]" in ran.err


STATE = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<wfpstate><timeStamp>2026-03-02T08:{minute:02}:{second:02}.000Z</timeStamp><ikeextStatistics>
<ikeStatistics><v4Statistics><totalSuccessfulMainModes>{done}</totalSuccessfulMainModes>
<currentActiveMainModes>2000</currentActiveMainModes></v4Statistics>
<errorFrequencyTable numItems="1"><item><error>ERROR_IPSEC_IKE_QUEUE_DROP_MM</error><frequency>{dropped}</frequency>
</item></errorFrequencyTable></ikeStatistics>
<commonStatistics><currentQueuedWorkitems>{queued}</currentQueuedWorkitems></commonStatistics>
</ikeextStatistics></wfpstate>
"""


@pytest.fixture
def host(desk: Path) -> Path:
    """Exports ten seconds apart of a host that does 50 main modes a second, drops 25, and whose queue holds 750."""
    (desk / "host").mkdir()
    for number in range(12):
        at = {"minute": number // 6, "second": 10 * (number % 6), "queued": 750 + number % 2}
        text = STATE.format(**at, done=500 * number, dropped=250 * number)
        (desk / "host" / f"state-{number:02}.xml").write_text(text)
    return desk / "host"


def test_a_host_is_fitted_and_what_the_data_cannot_tell_is_said(host: Path, cli: Cli) -> None:
    found = body(cli, "--calibrate", "host")["calibration"]
    assert found["samples"] == 12
    assert found["capacity_per_second"]["value"] == pytest.approx(50)
    assert found["patience_seconds"]["value"] == pytest.approx(10, rel=0.01)
    assert found["peers"]["value"] == 2_000
    assert found["workers"]["value"] is None
    assert "cannot identify" in found["workers"]["statement"]
    fitted = cli("load", "--calibrate", "host").out
    assert "cannot identify the service time" in fitted
    assert "how to measure it: " not in fitted
    for export in sorted(host.iterdir())[1:]:
        export.unlink()
    assert "how to measure it: on the running host" in cli("load", "--calibrate", "host").out


def test_the_fit_takes_the_place_of_what_is_assumed(host: Path, cli: Cli) -> None:
    found = body(cli, "costly.cmd", "--calibrate", "host")
    inputs = {each["name"]: each for each in found["inputs"]}
    assert {
        name: inputs[name]["provenance"] for name in ("peers", "patience_seconds", "main_mode_service_seconds")
    } == {
        "peers": "measured",
        "patience_seconds": "measured",
        "main_mode_service_seconds": "measured",
    }
    assert inputs["main_mode_service_seconds"]["value"] == pytest.approx(8 / 50)
    assert body(cli, "costly.cmd", "--calibrate", "host", "--peers", "7")["main_mode_rate"] == pytest.approx(7 / 300)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--calibrate", "notes.txt"], 3),
        (["--calibrate", "missing.xml"], 4),
        (["--calibrate", "host", "--started", "this morning"], 2),
    ],
)
def test_what_no_host_can_be_fitted_to(host: Path, cli: Cli, arguments: list[str], code: int) -> None:
    assert cli("load", *arguments).code == code


def test_the_probe_measures_every_suite(desk: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    from ipseclint.load import probe as crypto_probe
    from ipseclint.load.service import RATES

    monkeypatch.setattr(crypto_probe, "SECONDS_EACH", 0.0)
    found = body(cli, "--probe")
    assert set(found["key_agreements_per_second"]) == set(RATES.key_agreements)
    assert set(found["signatures_per_second"]) == set(RATES.signatures)
    assert all(each > 0 for each in numbers(found))
    main_mode = {each["name"]: each for each in body(cli, "costly.cmd", "--peers", "9", "--probe")["inputs"]}
    assert "measured here" in main_mode["main_mode_service_seconds"]["source"]


def test_the_probe_without_the_library(desk: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "cryptography", None)
    ran = cli("load", "--probe")
    assert ran.code == 2
    assert "ipseclint[probe]" in ran.err


SERVER = (
    '{"CimClass": "VpnServerIPsecDefaultConfiguration", "EncryptionType": "MaximumEncryption", '
    '"SALifeTime": 28800, "MMSALifeTime": 28800, "Ikev2Ports": 500}'
)
KEY = "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\IKEEXT\\Parameters"
IKE = f"Windows Registry Editor Version 5.00\n\n[{KEY}]\n"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (
            '"ServiceDll"="ikeext.dll"',
            "is not set, which counts as 10: of 300 peers behind one address it may refuse 96.7%",
        ),
        ('"IkeNumEstablishedForInitialQuery"=dword:64', "is 100: of 300 peers behind one address it may refuse 66.7%"),
        ('"IkeNumEstablishedForInitialQuery"=dword:258', ""),
    ],
)
def test_the_limit_of_ike_for_one_address_is_said_of_a_vpn_server(
    value: str, said: str, tmp_path: Path, cli: Callable[..., Any]
) -> None:
    server = tmp_path / "server"
    server.mkdir()
    (server / "rras.json").write_text(SERVER)
    (server / "ike.reg").write_text(f"{IKE}{value}\n")
    config = tmp_path / "ipseclint.toml"
    config.write_text("[site]\nvpn_clients = 300\nload_balancer_hides_clients = true\n")
    ran = cli("load", str(server), "--scenario", "gateway-restart", "--config", str(config))
    notes = [line for line in ran.out.splitlines() if line.startswith("note: IkeNum")]
    assert [said in note for note in notes] == ([True] if said else [])
    assert "peers                          300 peers" in ran.out


@pytest.mark.parametrize(("form", "all_of_them"), [("svg", False), ("html", True)])
def test_a_picture_simulates_what_it_shows_alone(
    form: str, all_of_them: bool, desk: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []

    def simulated(*given: object, **_: object) -> None:
        asked.extend(given)
        raise ValueError("seen")

    monkeypatch.setattr("ipseclint.load.pictures.pictures", simulated)
    assert "internal error" in cli("load", "costly.cmd", *PAGES, "--format", form).err
    assert asked[-1] == (tuple(Scenario) if all_of_them else (Scenario.BOOT,))
