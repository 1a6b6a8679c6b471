"""Known elements of a WFP export that concern IPsec, whether or not they are read.

Sources: FWPM_FILTER0, FWP_VALUE0, FWP_CONDITION_VALUE0, FWPM_NET_EVENT_HEADER3 and the arms of FWPM_NET_EVENT5
(learn.microsoft.com, fwpmtypes.h and fwptypes.h), and exports of Windows 10, 11 and Server.
"""

from __future__ import annotations

from ipseclint.formats.kit.xml.wanted import Structure, leaves
from ipseclint.vocabulary.rows import names

_LIST = leaves("item")
_BLOB = leaves("data asString")
_DISPLAY = leaves("name description")

_VALUE: dict[str, Structure | None] = {
    **leaves(
        "type uint8 uint16 uint32 uint64 int8 int16 int32 int64 float32 double64 sid unicodeString byteArray6"
        " byteArray16 bitmapArray64"
    ),
    "byteBlob": _BLOB,
    "sd": None,
    "tokenInformation": None,
    "tokenAccessInformation": None,
    "v4AddrMask": leaves("addr mask"),
    "v6AddrMask": leaves("addr prefixLength"),
}
_CONDITION_VALUE = {**_VALUE, "rangeValue": dict.fromkeys(("valueLow", "valueHigh"), _VALUE)}
_CONDITION = {**leaves("fieldKey matchType"), "conditionValue": _CONDITION_VALUE}

FILTER: Structure = {
    **leaves("filterKey providerKey layerKey subLayerKey rawContext providerContextKey filterId"),
    "displayData": _DISPLAY,
    "flags": _LIST,
    "providerData": _BLOB,
    "weight": _VALUE,
    "filterCondition": {"item": _CONDITION},
    "action": leaves("type filterType calloutKey"),
    "reserved": None,
    "effectiveWeight": _VALUE,
}

CONTEXT: Structure = {
    **leaves("providerContextKey providerKey type providerContextId"),
    "displayData": _DISPLAY,
    "flags": _LIST,
    "providerData": _BLOB,
}
"""A provider context, but for its policy."""

_HEADER = {
    **leaves(
        "timeStamp ipVersion ipProtocol localAddrV4 localAddrV6 remoteAddrV4 remoteAddrV6 localPort remotePort scopeId"
        " userId addressFamily packageSid enterpriseId policyFlags effectiveName"
    ),
    "flags": _LIST,
    "appId": _BLOB,
}
_GROUPS = dict.fromkeys(("localPrincipalGroupSids", "remotePrincipalGroupSids"))
_PRINCIPALS = {
    **leaves(
        "localPrincipalNameForAuth remotePrincipalNameForAuth numLocalPrincipalGroupSids numRemotePrincipalGroupSids"
    ),
    **_GROUPS,
    "endCertHash": _BLOB,
    "flags": _LIST,
}
EVENT: Structure = {
    "type": {},
    "header": _HEADER,
    "internalFields": None,
    "ikeMmFailure": {
        **_PRINCIPALS,
        **leaves(
            "failureErrorCode failurePoint keyingModuleType mmState saRole mmAuthMethod mmId mmFilterId"
            " providerContextKey"
        ),
    },
    "ikeQmFailure": {
        **leaves(
            "failureErrorCode failurePoint keyingModuleType qmState saRole saTrafficType qmFilterId mmSaLuid"
            " mmProviderContextKey"
        ),
        **dict.fromkeys(("localSubNet", "remoteSubNet")),
    },
    "ikeEmFailure": {
        **_PRINCIPALS,
        **leaves("failureErrorCode failurePoint emState saRole emAuthMethod mmId qmFilterId saTrafficType"),
    },
    "ipsecDrop": leaves("failureStatus direction spi filterId layerId"),
    "idpDrop": leaves(
        "ipVersion publicHostV4Addr publicHostV6Addr internalHostV4Addr internalHostV6Addr failureStatus direction"
    ),
    "classifyDrop": leaves(
        "filterId layerId reauthReason originalProfile currentProfile msFwpDirection isLoopback vSwitchId"
        " vSwitchSourcePort vSwitchDestinationPort"
    ),
}

AROUND = {
    "wfpstate": names(
        "timeStamp sessions providers subLayers layers providerContexts subscriptions aleConnectedEndpoints"
        " ikeextSas ipsecSaContexts ikeextStatistics ipsecStatistics"
    ),
    "wfpdiag": names("timeStamp providers subLayers filters netEvents netEvent providerContexts callouts"),
    "netEvents": names("item netEvent timeStamp"),
    "layers": names("item"),
    "providerContexts": names("item"),
    "filters": names("item"),
    "ikeextSas": frozenset[str](),
    "ipsecSaContexts": frozenset[str](),
}
"""Known elements around the parts that are read. Security associations are only counted: they show past agreements."""
