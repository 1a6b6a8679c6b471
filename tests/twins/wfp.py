"""The policy as `netsh wfp show state` shows what the filtering platform made of it.

The firewall service makes of each rule a quick-mode context and a filter that chooses it, and of main mode one
context for each way to authenticate. Exemptions from it are filters without a context, which say nothing here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import ip_network
from xml.sax.saxutils import escape

from tests.twins.policy import MainMode, MainProposal, Method, Rule, Told, identity

CIPHERS = {"des": "DES", "3des": "3DES", "aes128": "AES_128", "aes256": "AES_256"}
INTEGRITY = {"md5": "MD5", "sha1": "SHA1", "sha256": "SHA_256"}
ESP_INTEGRITY = {
    "md5": ("MD5", "HMAC_MD5_96"),
    "sha1": ("SHA_1", "HMAC_SHA_1_96"),
    "sha256": ("SHA_256", "HMAC_SHA_256_128"),
}
GROUPS = {"dhgroup1": "1", "dhgroup2": "2", "dhgroup14": "14"}
PFS = {"none": "NONE", "dhgroup1": "1", "dhgroup2": "2", "dhgroup14": "14"}
DISCOVERY = {
    "requireinrequireout": "",
    "requireinrequestout": "IPSEC_POLICY_FLAG_ND_SECURE",
    "requestinrequestout": "IPSEC_POLICY_FLAG_ND_BOUNDARY",
}
NAT_FLAGS = {
    "never": "",
    "serverbehindnat": "IPSEC_POLICY_FLAG_NAT_ENCAP_ALLOW_PEER_BEHIND_NAT",
    "serverandclientbehindnat": "IPSEC_POLICY_FLAG_NAT_ENCAP_ALLOW_GENERAL_NAT_TRAVERSAL",
}
DEFAULT_MAIN_MODE = MainMode((MainProposal("dhgroup2", "aes128", "sha1"), MainProposal("dhgroup2", "3des", "sha1")))


def text(told: Told) -> str:
    """The whole state."""
    contexts, chosen = list[str](), list[str]()
    main_filters = list[str]()
    for number, rule in enumerate(told.rules):
        if rule.action == "noauthentication":
            continue
        contexts.append(_main_context(identity(1, number), rule.name, told.main_mode or DEFAULT_MAIN_MODE, rule.first))
        contexts.append(_quick_context(identity(3, number), rule, told))
        chosen.append(_filter(identity(0, number), rule.name, "IPSEC", rule.remote, identity(3, number), 100 + number))
    for number, main_rule in enumerate(told.main_rules):
        contexts.append(_main_context(identity(5, number), main_rule.name, main_rule.main_mode, main_rule.first))
        key = identity(4, number)
        main_filters.append(_filter(key, main_rule.name, "IKEEXT", main_rule.remote, identity(5, number), 200 + number))
    layers = [_layer("FWPM_LAYER_IPSEC_V4", 80, chosen), _layer("FWPM_LAYER_IKEEXT_V4", 82, main_filters)]
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        "<wfpstate><timeStamp>2026-03-02T09:12:44.310Z</timeStamp>"
        + _list("layers", layers)
        + _list("providerContexts", contexts)
        + "</wfpstate>"
    ).replace("><", ">\r\n<") + "\r\n"


def _list(name: str, items: Sequence[str]) -> str:
    inner = "".join(f"<item>{each}</item>" for each in items)
    return f'<{name} numItems="{len(items)}">{inner}</{name}>' if items else f"<{name}/>"


def _display(name: str) -> str:
    return f"<displayData><name>{escape(name)}</name><description/></displayData>"


def _layer(key: str, number: int, filters: Sequence[str]) -> str:
    return (
        f"<layer><layerKey>{key}</layerKey>{_display(key)}<flags/><field/>"
        f"<defaultSubLayerKey>FWPM_SUBLAYER_UNIVERSAL</defaultSubLayerKey><layerId>{number}</layerId></layer>"
        f"<callouts/>{_list('filters', filters)}"
    )


def _filter(key: str, name: str, layer: str, remote: str, context: str, number: int) -> str:
    flags = _list("flags", ["FWPM_FILTER_FLAG_HAS_PROVIDER_CONTEXT"])
    return (
        f"<filterKey>{key}</filterKey>{_display(name)}{flags}<providerKey>FWPM_PROVIDER_MPSSVC_WF</providerKey>"
        f"<providerData/><layerKey>FWPM_LAYER_{layer}_V4</layerKey><subLayerKey>FWPM_SUBLAYER_UNIVERSAL</subLayerKey>"
        f"<weight><type>FWP_EMPTY</type></weight>{_list('filterCondition', list(_conditions(remote)))}"
        "<action><type>FWP_ACTION_PERMIT</type><filterType/></action>"
        f"<providerContextKey>{context}</providerContextKey><reserved/><filterId>{number}</filterId>"
        f"<effectiveWeight><type>FWP_UINT64</type><uint64>{number}</uint64></effectiveWeight>"
    )


def _conditions(remote: str) -> Iterator[str]:
    for part in remote.split(","):
        if part != "any":
            network = ip_network(part)
            yield (
                "<fieldKey>FWPM_CONDITION_IP_REMOTE_ADDRESS</fieldKey><matchType>FWP_MATCH_EQUAL</matchType>"
                "<conditionValue><type>FWP_V4_ADDR_MASK</type><v4AddrMask>"
                f"<addr>{network.network_address}</addr><mask>{network.netmask}</mask></v4AddrMask></conditionValue>"
            )


def _context(key: str, name: str, kind: str, arm: str, inside: str) -> str:
    return (
        f"<providerContextKey>{key}</providerContextKey>{_display(name)}<flags/>"
        "<providerKey>FWPM_PROVIDER_MPSSVC_WF</providerKey><providerData/>"
        f"<type>FWPM_IPSEC_{kind}_CONTEXT</type><{arm}>{inside}</{arm}><providerContextId>4001</providerContextId>"
    )


def _method(method: Method) -> str:
    match method.name:
        case "computerpsk":
            data = method.key.encode("utf-16-le").hex()
            return (
                "<authenticationMethodType>IKEEXT_PRESHARED_KEY</authenticationMethodType>"
                f"<presharedKeyAuthentication><presharedKey><data>{data}</data>"
                f"<asString>{method.key}</asString></presharedKey><flags/></presharedKeyAuthentication>"
            )
        case "computerkerb" | "userkerb":
            return (
                "<authenticationMethodType>IKEEXT_KERBEROS</authenticationMethodType>"
                "<kerberosAuthentication><flags/><proxyServer/></kerberosAuthentication>"
            )
    raise ValueError(method.name)


def _main_context(key: str, name: str, main_mode: MainMode, methods: Sequence[Method]) -> str:
    offers = [
        f"<cipherAlgorithm><algoIdentifier>IKEEXT_CIPHER_{CIPHERS[proposal.cipher]}</algoIdentifier>"
        "<keyLen>0</keyLen><rounds>0</rounds></cipherAlgorithm><integrityAlgorithm>"
        f"<algoIdentifier>IKEEXT_INTEGRITY_{INTEGRITY[proposal.integrity]}</algoIdentifier></integrityAlgorithm>"
        f"<maxLifetimeSeconds>{main_mode.minutes * 60}</maxLifetimeSeconds>"
        f"<dhGroup>IKEEXT_DH_GROUP_{GROUPS[proposal.group]}</dhGroup><quickModeLimit>{main_mode.sessions}</quickModeLimit>"
        for proposal in main_mode.proposals
    ]
    inside = (
        f"<softExpirationTime>0</softExpirationTime>{_list('authenticationMethods', [_method(m) for m in methods])}"
        "<initiatorImpersonationType>IKEEXT_IMPERSONATION_NONE</initiatorImpersonationType>"
        f"{_list('ikeProposals', offers)}<flags/><maxDynamicFilters>0</maxDynamicFilters>"
        "<retransmitDurationSecs>0</retransmitDurationSecs>"
    )
    return _context(key, name, "IKE_MM", "ikeMmPolicy", inside)


def _quick_context(key: str, rule: Rule, told: Told) -> str:
    offers = []
    for each in rule.quick:
        kind, config = ESP_INTEGRITY[each.integrity]
        cipher = CIPHERS[each.cipher]
        transform = (
            "<ipsecTransformType>IPSEC_TRANSFORM_ESP_AUTH_AND_CIPHER</ipsecTransformType><espAuthAndCipherTransform>"
            f"<authTransform><authTransformId><authType>IPSEC_AUTH_{kind}</authType>"
            f"<authConfig>IPSEC_AUTH_CONFIG_{config}</authConfig></authTransformId><cryptoModuleId/></authTransform>"
            f"<cipherTransform><cipherTransformId><cipherType>IPSEC_CIPHER_TYPE_{cipher}</cipherType>"
            f"<cipherConfig>IPSEC_CIPHER_CONFIG_CBC_{cipher}</cipherConfig></cipherTransformId><cryptoModuleId/>"
            "</cipherTransform></espAuthAndCipherTransform>"
        )
        offers.append(
            f"<lifetime><lifetimeSeconds>{each.minutes * 60}</lifetimeSeconds>"
            f"<lifetimeKilobytes>{each.kilobytes}</lifetimeKilobytes>"
            f"<lifetimePackets>2147483647</lifetimePackets></lifetime>{_list('saTransforms', [transform])}"
            f"<pfsGroup>IPSEC_PFS_{PFS[rule.pfs]}</pfsGroup>"
        )
    flags = _list("flags", [each for each in (DISCOVERY[rule.action], NAT_FLAGS[told.nat]) if each])
    idle = (
        f"<saIdleTimeout><idleTimeoutSeconds>{told.idle_minutes * 60}</idleTimeoutSeconds>"
        "<idleTimeoutSecondsFailOver>60</idleTimeoutSecondsFailOver></saIdleTimeout>"
    )
    extended = "<emPolicy/>"
    if rule.second:
        methods = _list("authenticationMethods", [_method(each) for each in rule.second])
        kind = "<initiatorImpersonationType>IKEEXT_IMPERSONATION_SOCKET_PRINCIPAL</initiatorImpersonationType>"
        extended = f"<emPolicy>{methods}{kind}</emPolicy>"
    module, arm = ("AUTHIP", "authipQm") if rule.second else ("IKE", "ikeQm")
    proposals = _list("ipsecProposals", offers)
    if rule.tunnel:
        ends = (
            "<tunnelEndpoints><ipVersion>FWP_IP_VERSION_V4</ipVersion>"
            f"<localV4Address>{rule.tunnel.local}</localV4Address>"
            f"<remoteV4Address>{rule.tunnel.remote}</remoteV4Address></tunnelEndpoints>"
        )
        tail = f"{idle}{extended}<fwdPathSaLifetime>0</fwdPathSaLifetime>"
        return _context(key, rule.name, f"{module}_QM_TUNNEL", f"{arm}TunnelPolicy", proposals + flags + ends + tail)
    clear = "<ndAllowClearTimeoutSeconds>0</ndAllowClearTimeoutSeconds>"
    return _context(
        key, rule.name, f"{module}_QM_TRANSPORT", f"{arm}TransportPolicy", proposals + flags + clear + idle + extended
    )
