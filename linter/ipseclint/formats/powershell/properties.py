"""Which object properties are read, and which ones have no bearing on IPsec."""

from __future__ import annotations

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.token import Token
from ipseclint.formats.kit.unread import note_unread
from ipseclint.formats.powershell.adapters import OF_CLASS as OF_ADAPTER
from ipseclint.formats.powershell.instance import Instance, Node
from ipseclint.vocabulary.rows import names

READ = names(
    "accountmapping action ahhash allowipsecthroughnat allowlocalipsecrules.domain "
    "allowlocalipsecrules.private allowlocalipsecrules.public alluserconnection alwayson authentication "
    "authenticationmethod authenticationtransformconstants authority authoritytype bypasstunnelifencrypted "
    "canpauseandcontinue certificateadvertised certificateekustoaccept certname certnametype "
    "certvalidationlevel cimclassname cipheralgorithm ciphertransformconstants classname connectionname "
    "custompolicy datetime defblockexemptdscp defblockexemptratelimitbytespersec description destination "
    "devicetunnel dhgroup direction displaygroup displayname dnsnamelist eapconfigxmlstream ekus elementname "
    "enabled enabledkeyingmodules enablepacketqueuing encapsulation encapsulationmode encryptedtunnelbypass "
    "encryption encryptionlevel encryptionmethod encryptiontype endipaddress enforcementstatus "
    "enhancedkeyusagelist esphash excludecaname exemptions extendedkeyusage firstauthenticationmethod "
    "firstcipheralgorithm firstintegrityalgorithm followrenewal forcediffiehellman forwardpathlifetime "
    "friendlyname greports group groupid guid hash hashalgorithm hashalgorithmah hashalgorithmesp "
    "hasprivatekey isimported icmpv6dscp icmpv6ratelimitbytespersec id idledisconnect idledisconnectseconds ikev2ports "
    "ifalias inboundsecurity instanceid integritycheckmethod interfacealias interfacedescription interfacetype "
    "ipaddressrange ipaddressrangelist ipassignmentmethod ipseccustompolicy ipsecoffloadv2enabled "
    "ipsecrulename ipv6filterexemptdscp "
    "ipv6filterexemptratelimitbytespersec ipv6ipsecauthdscp ipv6ipsecauthratelimitbytespersec "
    "ipv6ipsecunauthdscp ipv6ipsecunauthperipratelimitbytespersec ipv6ipsecunauthratelimitbytespersec "
    "ipv6prefix issuer keyencoding keyexchange keymodule l2tpipsecauth l2tpports l2tppsk lasterror localaddress "
    "localendpoint localfirstid localip localport localtunnelendpoint machinecertificateekufilter "
    "machinecertificateissuerfilter mainmodecryptoset maptoaccount maxkilobytes maxlifetimekilobytes "
    "maxlifetimeminutes maxlifetimesessions maxminutes maxperipratelimitqueues maxreturnpathlifetimeseconds "
    "maxsaidletimeseconds maxsessions maxstateentries mmsalifetime mmsalifetimeseconds mode name "
    "networkoutagetime networkoutagetimeseconds notafter notbefore numberoftries objectid outboundsecurity "
    "overrideblockrules "
    "perfectforwardsecrecygroup peripratelimitqueueidletimeoutseconds persistent pfsgroup pfsgroupid "
    "phase1authset phase2authset policystoresource policystoresourcetype pptpports presharedkey "
    "privateinterfacealiases profile profiles proposal proposals protocol publicinterfacealiases punycode "
    "quickmodecryptoset remoteaddress remoteendpoint remoteip remoteport remotetunnelendpoint "
    "remotetunnelendpointdnsname remotetunnelhostname requireauthorization requirefullauthsupport "
    "responderauthenticationmethod "
    "retryinterval retryintervalseconds rootcertificatenametoaccept rulegroup sadatasizeforrenegotiation "
    "sadatasizeforrenegotiationkilobytes salifetime salifetimeseconds secondauthenticationmethod "
    "selectioncriteria serveraddress servicename sharedsecret signing signingalgorithm sourceipaddress "
    "splittunneling sstpports startipaddress startmode start_type starttype state startuptype stateidletimeoutseconds "
    "status subject "
    "subjectname subjectnametype thumbprint transportlayerfiltername trustedca trustedcatype "
    "tunnelauthprotocolsadvertised tunneltype type unicode userauthprotocolaccepted validationcriteria "
    "value"
)
"""What the readers of this package ask for, of whatever class, folded."""

OF_NO_CONCERN = names(
    "acceptpause acceptstop applications archived authenticationtype autotriggerenabled canshutdown canstop "
    "caption checkpoint cimclass ciminstanceproperties cimsystemproperties commonname communicationstatus "
    "conditionlist conditionlisttype connectionstatus container creationclassname delayedautostart "
    "dependentservices desktopinteract detailedstatus display_name dnssuffix dnssuffixsearchlist dynamictarget "
    "dynamictransport edgetraversalpolicy enrollmentpolicyendpoint enrollmentserverendpoint errorcontrol "
    "executionstrategy exitcode extensions handle healthstatus icmptype installdate issuername "
    "localonlymapping localprogram loosesourcemapping machinename mandatory operatingstatus operationalstatus "
    "owner package packageid pathname policyappid policydecisionstrategy policyid policykeywords policyroles "
    "policyrulename policystore primarystatus priority privatekey processid program provisiontype proxy "
    "pschildname pscomputername psdrive psiscontainer psparentpath pspath psprovider psshowcomputername "
    "pssourcejobinstanceid publickey rawdata reevaluationpolicy remembercredential "
    "remotedynamickeywordaddresses remoteprogram requiredservices routes ruleusage runspaceid security "
    "sendastrustedissuer sequencedactions serialnumber serverlist service servicehandle servicesdependedon "
    "servicespecificexitcode servicetype service_type service_exit_code user_account win32_exit_code module_path "
    "signaturealgorithm site started startname statusdescriptions "
    "systemcreationclassname systemname tagid trustednetwork usewinlogoncredential version vpnconfigurationxml "
    "vpntrigger waithint"
)
"""What CIM gives each object (CIM_PolicyRule, CIM_ManagedSystemElement), PowerShell each that it brings from elsewhere,
and what certificates, services and connections say of themselves; folded."""

_KNOWN = READ | OF_NO_CONCERN | OF_ADAPTER
_DOCUMENTS = frozenset({"eapconfigxmlstream"})
"""Properties that are read as text; as an object they have the elements of a document, which nobody knows by name."""


def note_properties(item: Instance, diagnostics: Diagnostics) -> None:
    """Note the properties of an object, nested ones included, that have a value and are not read."""
    if not _KNOWN.issuperset(item.properties):
        for name, node in item.properties.items():
            if name not in _KNOWN and _says_something(node):
                note_unread(name, item.span, READ, diagnostics, kind="property", of=item.class_name)
    for name, node in item.properties.items():
        if isinstance(node, Instance) and name in _DOCUMENTS:
            diagnostics.unread[quoted(name)] += 1
        elif isinstance(node, (list, Instance)) and name in READ:
            for part in node if isinstance(node, list) else (node,):
                if isinstance(part, Instance):
                    note_properties(part, diagnostics)


def _says_something(node: Node) -> bool:
    """Whether a property has a value other than null, empty, off or zero."""
    if isinstance(node, list):
        return any(map(_says_something, node))
    return node is not None and not (isinstance(node, Token) and node.word in {"", "false", "0"})
