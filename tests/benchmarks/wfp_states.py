"""Writes wfpstate.xml files of any size in the exact shape of `netsh wfp show state`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

ORDINARY_LAYERS = (
    "FWPM_LAYER_ALE_AUTH_RECV_ACCEPT_V4",
    "FWPM_LAYER_ALE_AUTH_RECV_ACCEPT_V6",
    "FWPM_LAYER_ALE_AUTH_CONNECT_V4",
    "FWPM_LAYER_ALE_AUTH_CONNECT_V6",
)

FILTER = """\
				<item>
					<filterKey>{{{key:08x}-5a11-4cafe-8000-{key:012x}}}</filterKey>
					<displayData>
						<name>{name}</name>
						<description>Inbound rule – to allow the service</description>
					</displayData>
					<flags numItems="2">
						<item>FWPM_FILTER_FLAG_HAS_PROVIDER_CONTEXT</item>
						<item>FWPM_FILTER_FLAG_INDEXED</item>
					</flags>
					<providerKey>FWPM_PROVIDER_MPSSVC_WF</providerKey>
					<providerData>
						<data>{key:016x}</data>
						<asString>........</asString>
					</providerData>
					<layerKey>{layer}</layerKey>
					<subLayerKey>{sublayer}</subLayerKey>
					<weight>
						<type>FWP_UINT8</type>
						<uint8>9</uint8>
					</weight>
					<filterCondition numItems="3">
						<item>
							<fieldKey>FWPM_CONDITION_IP_REMOTE_ADDRESS</fieldKey>
							<matchType>FWP_MATCH_EQUAL</matchType>
							<conditionValue>
								<type>FWP_V4_ADDR_MASK</type>
								<v4AddrMask>
									<addr>10.{second}.{third}.0</addr>
									<mask>255.255.255.0</mask>
								</v4AddrMask>
							</conditionValue>
						</item>
						<item>
							<fieldKey>FWPM_CONDITION_IP_PROTOCOL</fieldKey>
							<matchType>FWP_MATCH_EQUAL</matchType>
							<conditionValue>
								<type>FWP_UINT8</type>
								<uint8>6</uint8>
							</conditionValue>
						</item>
						<item>
							<fieldKey>FWPM_CONDITION_IP_LOCAL_PORT</fieldKey>
							<matchType>FWP_MATCH_EQUAL</matchType>
							<conditionValue>
								<type>FWP_UINT16</type>
								<uint16>{port}</uint16>
							</conditionValue>
						</item>
					</filterCondition>
					<action>
						<type>FWP_ACTION_PERMIT</type>
						<filterType/>
					</action>
					<providerContextKey>{context}</providerContextKey>
					<reserved/>
					<filterId>{key}</filterId>
					<effectiveWeight>
						<type>FWP_UINT64</type>
						<uint64>{weight}</uint64>
					</effectiveWeight>
				</item>
"""

CONTEXT = """\
		<item>
			<providerContextKey>{key}</providerContextKey>
			<displayData>
				<name>{name}</name>
				<description/>
			</displayData>
			<flags numItems="1">
				<item>FWPM_PROVIDER_CONTEXT_FLAG_PERSISTENT</item>
			</flags>
			<providerKey>FWPM_PROVIDER_MPSSVC_WF</providerKey>
			<providerData/>
			<type>{type}</type>
{arm}
			<providerContextId>{number}</providerContextId>
		</item>
"""

GENERAL_ARM = """\
			<dataBuffer>
				<data>510075006100720061006e00740069006e0065000000</data>
				<asString>Q.u.a.r.a.n.t.i.n.e...</asString>
			</dataBuffer>"""

MAIN_MODE_ARM = """\
			<ikeMmPolicy>
				<softExpirationTime>0</softExpirationTime>
				<authenticationMethods numItems="1">
					<item>
						<authenticationMethodType>IKEEXT_PRESHARED_KEY</authenticationMethodType>
						<presharedKeyAuthentication>
							<presharedKey>
								<data>{secret}</data>
								<asString>................</asString>
							</presharedKey>
							<flags/>
						</presharedKeyAuthentication>
					</item>
				</authenticationMethods>
				<initiatorImpersonationType>IKEEXT_IMPERSONATION_NONE</initiatorImpersonationType>
				<ikeProposals numItems="1">
					<item>
						<cipherAlgorithm>
							<algoIdentifier>IKEEXT_CIPHER_3DES</algoIdentifier>
							<keyLen>0</keyLen>
							<rounds>0</rounds>
						</cipherAlgorithm>
						<integrityAlgorithm>
							<algoIdentifier>IKEEXT_INTEGRITY_MD5</algoIdentifier>
						</integrityAlgorithm>
						<maxLifetimeSeconds>300</maxLifetimeSeconds>
						<dhGroup>IKEEXT_DH_GROUP_1</dhGroup>
						<quickModeLimit>1</quickModeLimit>
					</item>
				</ikeProposals>
				<flags/>
				<maxDynamicFilters>0</maxDynamicFilters>
				<retransmitDurationSecs>0</retransmitDurationSecs>
			</ikeMmPolicy>"""

QUICK_MODE_ARM = """\
			<ikeQmTransportPolicy>
				<ipsecProposals numItems="1">
					<item>
						<lifetime>
							<lifetimeSeconds>300</lifetimeSeconds>
							<lifetimeKilobytes>20480</lifetimeKilobytes>
							<lifetimePackets>2147483647</lifetimePackets>
						</lifetime>
						<saTransforms numItems="1">
							<item>
								<ipsecTransformType>IPSEC_TRANSFORM_ESP_AUTH</ipsecTransformType>
								<espAuthTransform>
									<authTransformId>
										<authType>IPSEC_AUTH_MD5</authType>
										<authConfig>IPSEC_AUTH_CONFIG_HMAC_MD5_96</authConfig>
									</authTransformId>
									<cryptoModuleId/>
								</espAuthTransform>
							</item>
						</saTransforms>
						<pfsGroup>IPSEC_PFS_1</pfsGroup>
					</item>
				</ipsecProposals>
				<flags/>
				<ndAllowClearTimeoutSeconds>10</ndAllowClearTimeoutSeconds>
				<saIdleTimeout>
					<idleTimeoutSeconds>300</idleTimeoutSeconds>
					<idleTimeoutSecondsFailOver>60</idleTimeoutSecondsFailOver>
				</saIdleTimeout>
				<emPolicy/>
			</ikeQmTransportPolicy>"""

GENERAL_KEY = "{{{:08x}-0000-4000-8000-00000000a0a0}}".format
MAIN_MODE_KEY = "{{{:08x}-0000-4000-8000-00000000b1b1}}".format
QUICK_MODE_KEY = "{{{:08x}-0000-4000-8000-00000000c2c2}}".format
PAIRS = 5


def write_state(path: Path, megabytes: float, ipsec_filters: int = 300, contexts: int = 400) -> int:
    """Write a state of about that size, most of it ordinary filters; returns how many filters it has."""
    ordinary = max(0, int(megabytes * 1_000_000 / len(ordinary_filter(0).encode())) - ipsec_filters)
    with path.open("w", encoding="utf-8-sig", newline="\n") as out:
        out.writelines(_lines(ordinary, ipsec_filters, contexts))
    return ordinary + ipsec_filters


def ordinary_filter(number: int, layer: str = ORDINARY_LAYERS[0]) -> str:
    """A filter of the firewall."""
    return _filter(number, layer, GENERAL_KEY(number % 400), f"Remote service {number} (TCP-In)")


def ipsec_filter(number: int, layer: str) -> str:
    """A filter at an IPsec layer, with the context of a policy."""
    key = QUICK_MODE_KEY if "IPSEC" in layer else MAIN_MODE_KEY
    return _filter(number, layer, key(number % PAIRS), f"Secure {number}")


def _filter(number: int, layer: str, context: str, name: str) -> str:
    return FILTER.format(
        key=number,
        name=name,
        layer=layer,
        sublayer="FWPM_SUBLAYER_MPSSVC_WF",
        second=number >> 8 & 255,
        third=number & 255,
        port=1024 + number % 60_000,
        context=context,
        weight=10_000_000_000 + number,
    )


def _lines(ordinary: int, ipsec: int, contexts: int) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<wfpstate>\n'
    yield "\t<timeStamp>2026-03-02T07:15:31.204Z</timeStamp>\n\t<sessions/>\n"
    yield f'\t<layers numItems="{len(ORDINARY_LAYERS) + 2}">\n'
    each = ordinary // len(ORDINARY_LAYERS)
    for place, layer in enumerate(ORDINARY_LAYERS):
        yield from _layer(layer, [place * each + i for i in range(each)], ordinary_filter)
    main = ipsec // 10
    yield from _layer("FWPM_LAYER_IPSEC_V4", list(range(ordinary, ordinary + ipsec - main)), ipsec_filter)
    yield from _layer("FWPM_LAYER_IKEEXT_V4", list(range(ordinary + ipsec - main, ordinary + ipsec)), ipsec_filter)
    yield f'\t</layers>\n\t<providers/>\n\t<providerContexts numItems="{contexts + 2 * PAIRS}">\n'
    for number in range(contexts):
        yield _context(GENERAL_KEY(number), "MPSSVC", "FWPM_GENERAL_CONTEXT", GENERAL_ARM, number)
    for number in range(PAIRS):
        arm = MAIN_MODE_ARM.format(secret=f"xQ7#vr2-{number}".encode("utf-16-le").hex())
        yield _context(MAIN_MODE_KEY(number), f"Main {number}", "FWPM_IPSEC_IKE_MM_CONTEXT", arm, number)
        kind = "FWPM_IPSEC_IKE_QM_TRANSPORT_CONTEXT"
        yield _context(QUICK_MODE_KEY(number), f"Quick {number}", kind, QUICK_MODE_ARM, number)
    yield "\t</providerContexts>\n\t<subLayers/>\n\t<ikeextSas/>\n</wfpstate>\n"
    yield "<firewallState>\n\t<dynamicKeywordAddresses/>\n</firewallState>\n"


def _layer(key, numbers, write):  # type: ignore[no-untyped-def]
    yield f"\t\t<item>\n\t\t\t<layer>\n\t\t\t\t<layerKey>{key}</layerKey>\n\t\t\t</layer>\n\t\t\t<callouts/>\n"
    count = f' numItems="{len(numbers)}"' if numbers else ""
    yield f"\t\t\t<filters{count}>\n"
    for number in numbers:
        yield write(number, key)
    yield "\t\t\t</filters>\n\t\t</item>\n"


def _context(key: str, name: str, kind: str, arm: str, number: int) -> str:
    return CONTEXT.format(key=key, name=name, type=kind, arm=arm, number=number)


if __name__ == "__main__":
    print(write_state(Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 300))
