"""The collector collects what readers read and rules ask for: values of the registry, services and events."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ipseclint.formats import recognise
from ipseclint.model.policy import RegistryValue
from ipseclint.source import bytes_source
from ipseclint.vocabulary import registry_keys as keys
from ipseclint.vocabulary.audit_events import AUDIT_EVENTS, FILTER_DROPS
from ipseclint.vocabulary.services import ROWS
from tests import ROOT
from tests.collect.windows import RELEASES, Host

pytestmark = pytest.mark.drawn(3)

SERVER = RELEASES[3]
WITHOUT_EFFECT = "RF023-registry-value-without-effect"
ELSEWHERE = keys.folded(keys.FIREWALL, keys.FIREWALL_OF_GPO, keys.IP_SECURITY_POLICIES)
"""Keys of policy: policy.json has the firewall's in force. The values of the other are binary, with keys in them; what
of them is in force stands in the state of the filtering engine."""


def values_of_fixtures() -> Iterator[RegistryValue]:
    """The registry values that the fixtures of rules are about, but those that Windows does not look at, and whole keys
    that are emptied."""
    for path in sorted((ROOT / "fixtures" / "rules").rglob("*.reg")):
        if WITHOUT_EFFECT in path.parts:
            continue
        source = bytes_source(path.name, path.read_bytes())
        reader = recognise(source)
        assert reader is not None, path
        values = reader.parse(source).policy.registry
        yield from (value for value in values if value.path.rpartition("\\")[2] != keys.ANY_VALUE)


def place(value: RegistryValue) -> tuple[str, str]:
    """The key of a value, as every Windows calls it, and its name."""
    path = re.sub(r"(?i)^(?:HKLM|HKEY_LOCAL_MACHINE)?\\*(.*)$", r"HKEY_LOCAL_MACHINE\\\1", value.path)
    key, _, name = re.sub(r"(?i)\\controlset\d{3}\\", r"\\CurrentControlSet\\", path).rpartition("\\")
    return key, name


def collected(folder: Path, registry: dict[str, dict[str, Any]]) -> set[str]:
    """The values of the registry that are read of what the collector writes on a host with these, folded."""
    out = Host(SERVER, folder, registry=registry).collect()
    source = bytes_source("registry.reg", (out / "registry.reg").read_bytes())
    reader = recognise(source)
    assert reader is not None
    return {value.path.casefold() for value in reader.parse(source).policy.registry}


def test_every_value_that_a_rule_is_shown_with_is_collected(tmp_path: Path) -> None:
    registry: dict[str, dict[str, Any]] = {}
    spelled: dict[str, str] = {}
    for value in values_of_fixtures():
        key, name = place(value)
        if any(store in keys.folded(key)[0] for store in ELSEWHERE) or name.casefold() in NOT_COLLECTED:
            continue
        data = value.data.known
        assert data is not None
        key = spelled.setdefault(key.casefold(), key)
        registry.setdefault(key, {})[name] = int(data) if data.isdigit() and not name.startswith("*") else data
    wanted = {f"{key}\\{name}".casefold() for key, values in registry.items() for name in values}
    assert {name.rpartition("\\")[2] for name in wanted} >= {
        "strongcertificatebindingenforcement", "supportedencryptiontypes", "*ipsecoffloadv2", "delayedautostart",
        "nodefaultexempt", "enabledosprotect",
    }  # fmt: skip
    assert wanted - collected(tmp_path, registry) == set()


NOT_COLLECTED = {"start", "servicedll"}
"""How services start is in services.json. What a service runs is asked only of a text that empties its key."""


OWN = {
    name: key
    for name, key in vars(keys).items()
    if name.isupper()
    and isinstance(key, str)
    and name not in {"ANY_VALUE", "MENTIONS", "NAMES", "OF_IPSEC", "OF_VPN", "SERVICES", "VALUES"}
    and name[0] != "_"
}
"""The keys that the vocabulary names."""


@pytest.mark.drawn(4)
@pytest.mark.parametrize("name", sorted(OWN))
def test_every_key_of_the_vocabulary_is_collected(name: str, tmp_path: Path) -> None:
    host = Host(SERVER, tmp_path)
    host.collect()
    (key,) = keys.folded(OWN[name])
    asked = {f"\\{path.casefold()}\\" for path in host.asked}
    if name in {"IP_SECURITY_POLICIES", "IP_SECURITY_POLICY_OF_DOMAIN"}:
        assert not any(key in path for path in asked), "the values of these policies hold keys; the other names one"
    else:
        assert any(key in path for path in asked)


def test_every_service_of_the_vocabulary_is_asked_for(tmp_path: Path) -> None:
    host = Host(SERVER, tmp_path)
    out = host.collect()
    written = (out / "services.json").read_text(encoding="utf-8-sig")
    assert set(re.findall(r'"Name":\s*"(\w+)"', written)) == {row.name for row in ROWS}


def test_every_event_that_is_read_is_asked_for(tmp_path: Path) -> None:
    host = Host(SERVER, tmp_path)
    host.collect()
    query = host.queries[0]
    ranges = re.findall(r"\(EventID >= (\d+) and EventID <= (\d+)\)|EventID = (\d+)", query)
    asked = {number for first, last, only in ranges for number in range(int(first or only), int(last or only) + 1)}
    # What a filter blocked is seldom of IPsec, and would fill the folder, as would 5447, a change of a filter.
    assert AUDIT_EVENTS.keys() - asked == FILTER_DROPS
    # Windows takes queries of a few conditions only.
    assert query.count("EventID") < 20
    assert 5447 not in asked
