"""The labels that `netsh advfirewall` prints before values, by language, and what each stands for.

The meaning is the name that the readers use; a meaning of IGNORED is known and says nothing about IPsec.
Parameter names such as `StrongCRLCheck` are printed in English in every language seen, and so are values that
are words of a parameter, such as `BlockInbound`; the labels of rules and sections, Yes, No, Any and the profiles are
translated. A language is added as one more table. Of rules, only what `firewall show rule` prints too was seen in
other languages: what the labels of connection security rules alone are called there is decided by value and place.

Sources:
SHOW   `consec show rule` in Microsoft's support articles on Suite B (949856) and on L2TP and IPHTTPS on one
       server; the reference of `netsh advfirewall` for tags without a sample
GLOBAL `show global` in the comments of the puppet module windows_firewall; Suite B article
PROFILE `show allprofiles` in many public notes
SA     `monitor show mmsa` and `qmsa` in the Suite B article
OTHER  transcripts of `firewall show rule` and `show allprofiles` in public notes, German, French, Spanish, Japanese
       and Chinese; several of each that agree
"""

from __future__ import annotations

IGNORED = ""

FIREWALL_RULE = "firewall"
"""The meaning of a label that only firewall rules have: `firewall show rule` begins the same way."""

HIDDEN_VALUES = frozenset({"access denied"})
"""The text in place of a value when netsh runs without elevation."""

RULE_LABELS = {
    "english": {
        "Rule Name": "name",
        "Description": "description",
        "Enabled": "enable",
        "Profiles": "profile",
        "Type": "type",
        "Mode": "mode",
        "LocalTunnelEndpoint": "localtunnelendpoint",
        "RemoteTunnelEndpoint": "remotetunnelendpoint",
        "InterfaceTypes": "interfacetype",
        "Endpoint1": "endpoint1",
        "Endpoint2": "endpoint2",
        "Port1": "port1",
        "Port2": "port2",
        "Protocol": "protocol",
        "Action": "action",
        "Auth1": "auth1",
        "Auth1PSK": "auth1psk",
        "Auth1CAName": "auth1caname",
        "Auth1CertMapping": "auth1certmapping",
        "Auth1ExcludeCAName": "auth1excludecaname",
        "Auth1CertType": "auth1certtype",
        "Auth1HealthCert": "auth1healthcert",
        "Auth2": "auth2",
        "Auth2CAName": "auth2caname",
        "Auth2CertMapping": "auth2certmapping",
        "Auth2CertType": "auth2certtype",
        "Auth2HealthCert": "auth2healthcert",
        "MainModeSecMethods": "mmsecmethods",
        "MainModeKeyLifetime": "mmkeylifetime",
        "QuickModeSecMethods": "qmsecmethods",
        "QuickModePFS": "qmpfs",
        "Grouping": "grouping",
        "Rule source": "source",
        "ApplyAuthorization": "applyauthz",
        "ExemptIPsecProtectedConnections": "exemptipsecprotectedconnections",
        "Direction": FIREWALL_RULE,
    },
    "german": {
        "Regelname": "name",
        "Aktiviert": "enable",
        "Profile": "profile",
        "Protokoll": "protocol",
        "Schnittstellentypen": "interfacetype",
        "Aktion": "action",
        "Gruppierung": "grouping",
        "Regelquelle": "source",
        "Richtung": FIREWALL_RULE,
    },
    "french": {
        "Nom de la règle": "name",
        "Activé": "enable",
        "Profils": "profile",
        "Protocole": "protocol",
        "Action": "action",
        "Groupement": "grouping",
        "Sens": FIREWALL_RULE,
    },
    "spanish": {
        "Nombre de regla": "name",
        "Habilitada": "enable",
        "Perfiles": "profile",
        "Protocolo": "protocol",
        "Acción": "action",
        "Agrupamiento": "grouping",
        "Dirección": FIREWALL_RULE,
    },
    "japanese": {
        "規則名": "name",
        "説明": "description",
        "有効": "enable",
        "プロファイル": "profile",
        "プロトコル": "protocol",
        "インターフェイスの種類": "interfacetype",
        "操作": "action",
        "グループ": "grouping",
        "方向": FIREWALL_RULE,
    },
    "chinese": {
        "规则名称": "name",
        "已启用": "enable",
        "配置文件": "profile",
        "协议": "protocol",
        "操作": "action",
        "分组": "grouping",
        "方向": FIREWALL_RULE,
    },
}
"""Labels of a rule, as `consec show rule` and `mainmode show rule` print them (SHOW, OTHER)."""

RULE_ORDER = (
    ("name",),
    ("description",),
    ("enable",),
    ("profile",),
    ("type",),
    ("mode",),
    ("localtunnelendpoint", "remotetunnelendpoint"),
    ("interfacetype",),
    ("endpoint1",),
    ("endpoint2",),
    ("port1", "port2"),
    ("protocol",),
    ("action",),
)
"""The order in which a connection security rule is printed up to its action (SHOW)."""

SOMETIMES = frozenset({"description", "localtunnelendpoint", "interfacetype", "port1"})
"""The labels that begin a part of that order which not every rule prints (SHOW)."""

WORDS = {
    "german": {
        "ja": "yes", "nein": "no", "beliebig": "any",
        "domäne": "domain", "privat": "private", "öffentlich": "public",
    },
    "french": {"oui": "yes", "non": "no", "tout": "any", "domaine": "domain", "privé": "private"},
    "spanish": {"sí": "yes", "cualquiera": "any", "dominio": "domain", "privada": "private", "pública": "public"},
    "japanese": {
        "はい": "yes", "いいえ": "no", "任意": "any",
        "ドメイン": "domain", "プライベート": "private", "パブリック": "public",
    },
    "chinese": {"是": "yes", "否": "no", "任何": "any", "域": "domain", "专用": "private", "公用": "public"},
}  # fmt: skip
"""Translated values, folded, with their English (OTHER)."""

GLOBAL_LABELS = {
    "english": {
        "StrongCRLCheck": "strongcrlcheck",
        "SAIdleTimeMin": "saidletimemin",
        "DefaultExemptions": "defaultexemptions",
        "IPsecThroughNAT": "ipsecthroughnat",
        "AuthzUserGrp": IGNORED,
        "AuthzComputerGrp": IGNORED,
        "AuthzUserGrpTransport": IGNORED,
        "AuthzComputerGrpTransport": IGNORED,
        "StatefulFTP": IGNORED,
        "StatefulPPTP": IGNORED,
        "KeyLifetime": "mmkeylifetime",
        "SecMethods": "mmsecmethods",
        "ForceDH": "mmforcedh",
        "BootTimeRuleCategory": IGNORED,
        "FirewallRuleCategory": IGNORED,
        "StealthRuleCategory": IGNORED,
        "ConSecRuleCategory": IGNORED,
        "ConSecRuleRuleCategory": IGNORED,
    },
}
"""Labels of `show global` (GLOBAL). The last is seen in both spellings; it tells who takes care of such rules."""

PROFILE_LABELS = {
    "english": {
        "State": IGNORED,
        "Firewall Policy": IGNORED,
        "LocalFirewallRules": IGNORED,
        "LocalConSecRules": "localconsecrules",
        "InboundUserNotification": IGNORED,
        "RemoteManagement": IGNORED,
        "UnicastResponseToMulticast": IGNORED,
        "LogAllowedConnections": IGNORED,
        "LogDroppedConnections": IGNORED,
        "FileName": IGNORED,
        "MaxFileSize": IGNORED,
    },
}
"""Labels of `show allprofiles` and its kind (PROFILE)."""

SA_LABELS = {
    "english": {
        "Local IP Address": "local_address",
        "Remote IP Address": "remote_address",
        "My ID": IGNORED,
        "Peer ID": IGNORED,
        "First Auth": "first_authentication",
        "Second Auth": "second_authentication",
        "Auth1": "first_authentication",
        "Auth2": "second_authentication",
        "MM Offer": "main_mode_offer",
        "Cookie Pair": "cookie",
        "Health Pair": IGNORED,
        "Health Cert": IGNORED,
        "Local Port": "local_port",
        "Remote Port": "remote_port",
        "Protocol": "protocol",
        "Direction": "direction",
        "QM Offer": "quick_mode_offer",
        "PFS": "pfs",
    },
}
"""Labels of a security association (SA).

Those of Microsoft's support article are of Windows Vista; `Auth1`, `Auth2` and `Health Cert` of later Windows are
reasoned: no output of it was found that may be cited, and rules are printed with the first two.
"""

HEADINGS = {
    "english": {
        "Global Settings:": "global",
        "IPsec:": "global",
        "Main Mode:": "global",
        "Categories:": "global",
        "Logging:": "profile",
        "Domain Profile Settings:": "domain",
        "Private Profile Settings:": "private",
        "Public Profile Settings:": "public",
        "Main Mode SA at": "association",
        "Quick Mode SA at": "association",
    },
    "german": {
        "Domänenprofil-Einstellungen:": "domain",
        "Privates Profil-Einstellungen:": "private",
        "Öffentliches Profil-Einstellungen:": "public",
    },
    "french": {"Paramètres Profil de domaine :": "domain", "Journalisation :": "profile"},
}
"""Lines that begin a part of the output, and the part (GLOBAL, PROFILE, SA, OTHER)."""

ENDINGS = {
    "english": ("Ok.", "No rules match the specified criteria.", "No SAs match the specified criteria."),
    "german": ("Keine Regeln stimmen mit den angegebenen Kriterien überein.",),
    "japanese": ("OK",),
    "chinese": ("确定。",),
}
"""Lines that end an output and hold no data."""

TABLE_HEADINGS = {"english": ("Type Code", "Any Any")}
"""Lines of the small table that `show rule` prints below the protocol ICMP for all types."""
