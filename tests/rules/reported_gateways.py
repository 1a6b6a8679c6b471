"""Public reports whose authors show a gateway of another maker and the Windows end, in one post or in two files.

Each says the thread or page that it stands for. Names, addresses and keys are made up.
"""

from __future__ import annotations

from tests.rules.reported_vpn_faults import Reported, connection

GUI = connection(IPSecCustomPolicy=None, AuthenticationMethod=["Eap"])
ROUTER = (
    "/ip ipsec profile\nadd dh-group=modp2048 enc-algorithm=aes-256 hash-algorithm=sha256 name=ike2\n"
    "/ip ipsec peer\nadd exchange-mode=ike2 name=all passive=yes profile=ike2\n"
    "/ip ipsec proposal\nadd auth-algorithms=sha256 enc-algorithms=aes-256-cbc name=ike2 pfs-group={}\n"
    "/ip ipsec identity\nadd auth-method=digital-signature certificate=gate peer=all\n"
    "/ip ipsec policy\nadd proposal=ike2 template=yes\n"
)
FIREWALL = (
    'config vpn ipsec phase1-interface\n    edit "win"\n        set type dynamic\n        set ike-version 2\n'
    "        set authmethod signature\n        set proposal aes256-sha256\n        set dhgrp {}\n"
    '        set eap enable\n    next\nend\nconfig vpn ipsec phase2-interface\n    edit "win"\n'
    '        set phase1name "win"\n        set proposal aes256-sha1\n        set pfs disable\n    next\nend\n'
)
CISCO = (
    "crypto ikev2 proposal P\n encryption aes-cbc-256\n integrity sha256\n group {}\n"
    "crypto ikev2 profile CLIENTS\n authentication remote eap query-identity\n authentication local rsa-sig\n"
)
CLIENT = (
    "Add-VpnConnection -Name Work -ServerAddress vpn.example.org -TunnelType IKEv2 -AuthenticationMethod {method}\n"
    "Set-VpnConnectionIPsecConfiguration -ConnectionName Work -AuthenticationTransformConstants SHA256128 "
    "-CipherTransformConstants AES256 -EncryptionMethod AES256 -IntegrityCheckMethod SHA256 -DHGroup {group} "
    "-PfsGroup {pfs} -Force\n"
)
SITE = (
    'Add-VpnS2SInterface -Name Far -Protocol IKEv2 -AuthenticationMethod PSKOnly -SharedSecret "{key}" '
    '-Destination 203.0.113.4 -IPv4Subnet @("10.1.0.0/16:100") -CustomPolicy -EncryptionMethod AES256 '
    "-IntegrityCheckMethod SHA256 -DHGroup Group14 -PfsGroup {pfs} -CipherTransformConstants AES256 "
    "-AuthenticationTransformConstants SHA256128\n"
)
ROUTER_OF_VYOS = (
    "set vpn ipsec esp-group E pfs '{pfs}'\nset vpn ipsec esp-group E proposal 1 encryption 'aes256'\n"
    "set vpn ipsec esp-group E proposal 1 hash 'sha256'\nset vpn ipsec ike-group I key-exchange 'ikev2'\n"
    "set vpn ipsec ike-group I proposal 1 dh-group '14'\nset vpn ipsec ike-group I proposal 1 encryption 'aes256'\n"
    "set vpn ipsec ike-group I proposal 1 hash 'sha256'\n"
    "set vpn ipsec site-to-site peer far authentication mode 'pre-shared-secret'\n"
    "set vpn ipsec site-to-site peer far authentication pre-shared-secret 'one key of two'\n"
    "set vpn ipsec site-to-site peer far default-esp-group 'E'\nset vpn ipsec site-to-site peer far ike-group 'I'\n"
)


def post(*blocks: str) -> dict[str, str]:
    """One post with blocks of code."""
    return {"post.md": "It does not connect:\n\n" + "\n".join(f"```\n{block}```\n" for block in blocks)}


SHOWN = {
    "mikrotik-gui": Reported(
        "forum.mikrotik.com: a connection made in the GUI offers group 2, the router's profile has modp2048",
        {"client/vpn.json": GUI, "router/export.rsc": ROUTER.format("none")},
        "CR032",
    ),
    "mikrotik-eap": Reported(
        "forum.mikrotik.com: the identity takes certificates, the client is left at EAP",
        post(CLIENT.format(method="EAP", group="Group14", pfs="None"), ROUTER.format("none")),
        "AU027",
    ),
    "mikrotik-pfs": Reported(
        "forum.mikrotik.com: the connection ends at the first renewal",
        post(CLIENT.format(method="MachineCertificate", group="Group14", pfs="PFS2048"), ROUTER.format("none")),
        "CR030",
    ),
    "fortinet-dialup": Reported(
        "community.fortinet.com: Windows' own client and a group that it does not offer",
        {"client/vpn.json": GUI, "gate/fortigate.conf": FIREWALL.format("14")},
        "CR032",
    ),
    "cisco-flexvpn": Reported(
        "Cisco, FlexVPN with Windows 7: the proposal has another group",
        post(CLIENT.format(method="EAP", group="Group14", pfs="None"), CISCO.format("19")),
        "CR032",
    ),
    "vyos-pfs": Reported(
        "docs.vyos.io: the ESP group keeps forward secrecy, the interface of RRAS has none",
        post(SITE.format(key="one key of two", pfs="None"), ROUTER_OF_VYOS.format(pfs="enable")),
        "CR030",
    ),
    "vyos-key": Reported(
        "docs.vyos.io: the keys of the two ends differ",
        post(SITE.format(key="another key", pfs="None"), ROUTER_OF_VYOS.format(pfs="disable")),
        "AU028",
    ),
    "azure-pfs": Reported(
        "learn.microsoft.com, custom policies of S2S connections, given by a command beside RRAS' own",
        post(
            "$p = New-AzIpsecPolicy -IkeEncryption AES256 -IkeIntegrity SHA256 -DhGroup DHGroup14 "
            "-IpsecEncryption AES256 -IpsecIntegrity SHA256 -PfsGroup PFS2048 "
            "-SALifeTimeSeconds 28800 -SADataSizeKilobytes 102400000\n",
            SITE.format(key="any key", pfs="None"),
        ),
        "CR030",
    ),
    "jawj-151-in-one-post": Reported(
        "jawj/IKEv2-setup issue 151: the server's file below the client's commands",
        post(
            CLIENT.format(method="EAP", group="Group14", pfs="PFS2048"),
            "conn all\n  keyexchange=ikev2\n  ike=aes256gcm16-prfsha384-ecp384!\n  esp=aes256gcm16!\n  left=%any\n"
            "  right=%any\n  rightauth=eap-mschapv2\n  auto=add\n",
        ),
        "CR032",
    ),
}
