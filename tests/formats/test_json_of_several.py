"""Objects of several formats in one document of JSON are each read, wherever they stand."""

from __future__ import annotations

import json
from itertools import permutations

from tests.cases import cases

from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.source import HEAD_BYTES, bytes_source

SAMPLES: dict[str, dict[str, object]] = {
    "rule": {
        "ID": "{A1}", "InstanceID": "{A1}", "DisplayName": "Iso", "InboundSecurity": "Require",
        "OutboundSecurity": "Request", "Enabled": "True", "Mode": "Transport",
    },
    "service": {"Name": "IKEEXT", "ServiceName": "IKEEXT", "Status": 1, "StartType": 4},
    "connection": {"Name": "Office", "ServerAddress": "vpn.example.com", "TunnelType": "Ikev2"},
    "event": {
        "Id": 4653, "ProviderName": "Microsoft-Windows-Security-Auditing",
        "Message": "An IPsec main mode negotiation failed.\r\n\r\nFailure Information:\r\n"
        "\tFailure Reason:\t\tNegotiation timed out\r\n",
    },
    "value": {
        "key": "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\IKEEXT\\Parameters",
        "name": "IKENumEstablishedForInitialQuery", "type": "REG_DWORD", "data": "5",
    },
    "setting": {
        "@odata.type": "#microsoft.graph.windows10CustomConfiguration", "displayName": "fw",
        "omaSettings": [
            {
                "@odata.type": "#microsoft.graph.omaSettingInteger",
                "omaUri": "./Vendor/MSFT/Firewall/MdmStore/Global/SaIdleTime", "value": 300,
            }
        ],
    },
    "gateway": {
        "name": "c1", "connectionType": "IPsec",
        "ipsecPolicies": [
            {
                "saLifeTimeSeconds": 3600, "saDataSizeKilobytes": 102400000, "ipsecEncryption": "AES256",
                "ipsecIntegrity": "SHA256", "ikeEncryption": "AES256", "ikeIntegrity": "SHA256",
                "dhGroup": "DHGroup14", "pfsGroup": "None",
            }
        ],
    },
}  # fmt: skip
"""An object of each kind that JSON may hold."""
LOGON = {"Id": 4624, "ProviderName": "Microsoft-Windows-Security-Auditing", "Message": "x" * 100}


def read(text: str) -> Parsed:
    source = bytes_source("a.json", text.encode())
    form = recognise(source)
    assert form is not None
    return form.parse(source)


def held(parsed: Parsed) -> dict[str, int]:
    """How many objects of each kind there are."""
    policy = parsed.policy
    counts = {
        "rule": len(policy.connection_security_rules),
        "service": len(policy.services),
        "connection": len(policy.vpn_connections),
        "event": len(parsed.events),
        "value": len(policy.registry),
        "setting": len(policy.global_settings),
        "gateway": len(policy.peers),
    }
    return {kind: count for kind, count in counts.items() if count}


@cases(("one", "second"), list(permutations(SAMPLES, 2)))
def test_two_objects_in_one_document_are_both_read(one: str, second: str) -> None:
    both = SAMPLES[one], SAMPLES[second]
    expected = {one: 1, second: 1}
    assert held(read(json.dumps(both))) == expected
    assert held(read("\n".join(map(json.dumps, both)))) == expected
    assert held(read(json.dumps({"first": [both[0]], "second": [both[1]]}))) == expected


@cases("late", ["rule", "service", "value"])
def test_an_object_far_behind_the_others_is_read(late: str) -> None:
    document = json.dumps([SAMPLES["event"], *[LOGON] * (HEAD_BYTES // 100), SAMPLES[late]])
    assert held(read(document)) == {"event": 1, late: 1}


def test_what_is_said_of_the_whole_document_is_said_once() -> None:
    parsed = read(json.dumps([SAMPLES["event"], SAMPLES["service"]])[:-1])
    assert [problem.code.value for problem in parsed.problems] == ["IN002"]
