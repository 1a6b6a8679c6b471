"""Policies that say all that a tool can say of an object, each with another that says all of it otherwise."""

from __future__ import annotations

from collections.abc import Mapping

POWERSHELL = """\
$mm = New-NetIPsecMainModeCryptoProposal -Encryption AES256 -Hash SHA384 -KeyExchange DH20
$m = New-NetIPsecMainModeCryptoSet -Name '{m}' -DisplayName 'Main' -Proposal $mm -MaxMinutes 60 -MaxSessions 2STORE
$qm = New-NetIPsecQuickModeCryptoProposal -Encapsulation ESP -ESPHash SHA1 -Encryption AES128 -MaxMinutes 30 `
  -MaxKiloBytes 40000
New-NetIPsecQuickModeCryptoSet -Name '{q}' -DisplayName 'Quick' -Proposal $qm -PerfectForwardSecrecyGroup DH14STORE
$q = New-NetIPsecQuickModeCryptoSet -DisplayName 'Q*' -Proposal $qm -PerfectForwardSecrecyGroup NoneSTORE
$cert = New-NetIPsecAuthProposal -Machine -Cert -Authority 'CN=Root' -AuthorityType Root
$user = New-NetIPsecAuthProposal -User -Kerberos
$a = New-NetIPsecPhase1AuthSet -Name '{a}' -DisplayName 'First' -Proposal $certSTORE
$b = New-NetIPsecPhase2AuthSet -Name '{b}' -DisplayName 'Second' -Proposal $userSTORE
New-NetIPsecPhase2AuthSet -Name '{o}' -DisplayName 'Other' -Proposal (New-NetIPsecAuthProposal -User -Ntlm)STORE
New-NetIPsecRule -IPsecRuleName '{r}' -DisplayName 'Servers' -Description 'old' -Enabled True -Profile Domain `
  -Mode Transport `
  -InboundSecurity Require -OutboundSecurity Require -LocalAddress Any -RemoteAddress 10.1.0.0/16 `
  -Phase1AuthSet '{a}' -Phase2AuthSet '{b}' -QuickModeCryptoSet '{q}' -Protocol TCP -LocalPort Any -RemotePort 445 `
  -InterfaceType Any -KeyModule DefaultSTORE
New-NetIPsecRule -DisplayName 'Tunnel' -Mode Tunnel -LocalTunnelEndpoint 192.0.2.1 -RemoteTunnelEndpoint 198.51.100.1 `
  -EncryptedTunnelBypass True -RequireAuthorization False -RemoteAddress 10.2.0.0/16 -InboundSecurity Require `
  -OutboundSecurity Require -QuickModeCryptoSet $q.NameSTORE
New-NetIPsecRule -DisplayName 'Probes' -RemoteAddress 10.9.0.1 -InboundSecurity None -OutboundSecurity NoneSTORE
New-NetIPsecMainModeRule -DisplayName 'To servers' -RemoteAddress 10.1.0.0/16 -MainModeCryptoSet '{m}' `
  -Phase1AuthSet '{a}' -Profile AnySTORE
Set-NetFirewallSetting -MaxSAIdleTimeSeconds 300 -CertValidationLevel RequireCrlCheck -AllowIPsecThroughNAT Both `
  -Exemptions DHCP, NeighborDiscoverySTORE
Set-NetFirewallProfile -Profile Domain -AllowLocalIPsecRules FalseSTORE
"""
CHANGES = {
    "AES256 -Hash SHA384 -KeyExchange DH20": "AES128 -Hash SHA256 -KeyExchange DH14",
    "'Main'": "'Main anew'",
    "-MaxMinutes 60 -MaxSessions 2": "-MaxMinutes 480 -MaxSessions 4 -ForceDiffieHellman $true",
    "'Quick'": "'Quick anew'",
    "-ESPHash SHA1 -Encryption AES128 -MaxMinutes 30": "-ESPHash AESGMAC256 -Encryption AESGCM256 -MaxMinutes 60",
    "Group DH14": "Group DH20",
    "'CN=Root' -AuthorityType Root": "'CN=Other' -AuthorityType Intermediate",
    "-User -Kerberos": "-User -NTLM",
    "'First'": "'First anew'",
    "'Second'": "'Second anew'",
    "'Other'": "'Other anew'",
    "'Servers'": "'Servers anew'",
    "'old' -Enabled True -Profile Domain": "'new' -Enabled False -Profile Private, Public",
    "Require -LocalAddress Any -RemoteAddress 10.1.0.0/16": "Request -LocalAddress 10.0.0.5 -RemoteAddress 10.1.2.0/24",
    "-RemotePort 445": "-RemotePort 443, 8000-8010",
    "-InterfaceType Any -KeyModule Default": "-InterfaceType Wired, Wireless -KeyModule IKEv1",
    "192.0.2.1 -RemoteTunnelEndpoint 198.51.100.1": "192.0.2.2 -RemoteTunnelEndpoint 198.51.100.2",
    "Bypass True -RequireAuthorization False": "Bypass False -RequireAuthorization True",
    "$q.Name": "'{q}'",
    "10.9.0.1": "10.9.0.2",
    "Seconds 300 -CertValidationLevel RequireCrlCheck": "Seconds 600 -CertValidationLevel AttemptCrlCheck",
    "NAT Both": "NAT Server",
    "DHCP, NeighborDiscovery": "None",
    "-AllowLocalIPsecRules False": "-AllowLocalIPsecRules True",
}
ADVFIREWALL = """\
netsh advfirewall set global ipsec saidletimemin 5
netsh advfirewall set global ipsec strongcrlcheck 1
netsh advfirewall set global mainmode mmkeylifetime 60min,10sess
netsh advfirewall set global mainmode mmsecmethods dhgroup14:aes256-sha256
netsh advfirewall consec add rule name="Servers" description="old" endpoint1=any endpoint2=10.1.0.0/16 \
action=requireinrequireout profile=domain auth1=computercert auth1ca="CN=Root" auth2=userkerb \
qmsecmethods=esp:sha1-aes128+30min+40000kb qmpfs=dhgroup14 protocol=tcp port1=any port2=445 interfacetype=any enable=yes
netsh advfirewall consec add rule name="Tunnel" mode=tunnel localtunnelendpoint=192.0.2.1 \
remotetunnelendpoint=198.51.100.1 endpoint1=10.0.0.0/16 endpoint2=10.2.0.0/16 action=requireinrequireout \
auth1=computercert auth1ca="CN=Root" exemptipsecprotectedconnections=yes applyauthz=no
netsh advfirewall consec add rule name="Probes" endpoint1=any endpoint2=10.9.0.1 action=noauthentication
netsh advfirewall mainmode add rule name="To servers" mmsecmethods=ecdhp384:aes256-sha384 endpoint1=any \
endpoint2=10.1.0.0/16 mmkeylifetime=60min,2sess auth1=computercert auth1ca="CN=Root" profile=any
"""
CHANGES_OF_ADVFIREWALL = {
    "saidletimemin 5": "saidletimemin 10",
    "strongcrlcheck 1": "strongcrlcheck 0",
    "60min,10sess": "480min,0sess",
    "dhgroup14:aes256-sha256": "ecdhp384:aes128-sha384",
    'description="old"': 'description="new"',
    "endpoint1=any endpoint2=10.1.0.0/16 action=requireinrequireout profile=domain": "endpoint1=10.0.0.5 "
    "endpoint2=10.1.2.0/24 action=requireinrequestout profile=private,public",
    'auth1ca="CN=Root" auth2=userkerb': 'auth1ca="CN=Other" auth2=userntlm',
    "esp:sha1-aes128+30min+40000kb qmpfs=dhgroup14": "esp:aesgcm256-aesgcm256+60min+50000kb qmpfs=none",
    "port2=445 interfacetype=any enable=yes": "port2=443,8000-8010 interfacetype=lan enable=no",
    "localtunnelendpoint=192.0.2.1": "localtunnelendpoint=192.0.2.2",
    "exemptipsecprotectedconnections=yes applyauthz=no": "exemptipsecprotectedconnections=no applyauthz=yes",
    "endpoint2=10.9.0.1": "endpoint2=10.9.0.2",
    "mmsecmethods=ecdhp384:aes256-sha384 endpoint1=any": "mmsecmethods=dhgroup14:aes128-sha256 endpoint1=any",
    "mmkeylifetime=60min,2sess": "mmkeylifetime=30min,0sess",
}


def otherwise(text: str, changes: Mapping[str, str]) -> str:
    """A policy that says all of it otherwise."""
    for said, instead in changes.items():
        assert said in text
        text = text.replace(said, instead)
    return text


def of_powershell(store: str) -> tuple[str, str]:
    """The two policies of PowerShell in a store; that of the machine without one."""
    text = POWERSHELL.replace("STORE", f" -PolicyStore '{store}'" if store else "")
    return text, otherwise(text, CHANGES)


OF_ADVFIREWALL = ADVFIREWALL, otherwise(ADVFIREWALL, CHANGES_OF_ADVFIREWALL)
