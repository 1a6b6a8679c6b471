"""The policies that are written in every format that can say them."""

from __future__ import annotations

from tests.twins.policy import MainMode, MainProposal, MainRule, Method, QuickProposal, Rule, Told, Tunnel

KERBEROS = Method("computerkerb")
USER_KERBEROS = Method("userkerb")
KEY = Method("computerpsk", key="correct horse battery")

WEAK = Told(
    rules=(
        Rule(
            "File servers",
            "requireinrequireout",
            remote="10.1.0.0/16",
            first=(KEY,),
            quick=(QuickProposal("md5", "des", 10, 20_480), QuickProposal("sha1", "3des", 60, 100_000)),
            pfs="dhgroup2",
        ),
    ),
    main_mode=MainMode(
        (MainProposal("dhgroup2", "des", "md5"), MainProposal("dhgroup2", "3des", "sha1")), minutes=30, sessions=1
    ),
    nat="never",
)

DOMAIN_ISOLATION = Told(
    rules=(
        Rule("Domain controllers", "noauthentication", remote="10.0.0.10,10.0.0.11"),
        Rule(
            "Isolation",
            "requireinrequestout",
            remote="10.0.0.0/8",
            profiles=("domain",),
            first=(KERBEROS,),
            second=(USER_KERBEROS,),
            quick=(QuickProposal("sha1", "aes128", 60, 100_000),),
        ),
    ),
    main_mode=MainMode((MainProposal("dhgroup14", "aes128", "sha1"),), minutes=480),
    exemptions=("neighbordiscovery", "icmp", "dhcp"),
)

GATEWAYS = Told(
    rules=(
        Rule(
            "Branch office",
            "requireinrequireout",
            local="10.1.0.0/16",
            remote="10.2.0.0/16",
            first=(KEY,),
            quick=(QuickProposal("sha256", "aes256", 5, 100_000),),
            pfs="dhgroup14",
            tunnel=Tunnel("198.51.100.1", "203.0.113.7"),
        ),
    ),
    main_mode=MainMode((MainProposal("dhgroup14", "aes256", "sha256"),), minutes=60, sessions=5),
    nat="never",
)

SHORT_MAIN_MODES = Told(
    rules=(
        Rule(
            "Database",
            "requireinrequireout",
            remote="10.9.0.0/24",
            first=(KERBEROS,),
            quick=(QuickProposal("sha256", "aes128", 60, 100_000),),
        ),
    ),
    main_rules=(
        MainRule(
            "Database main mode",
            "10.9.0.0/24",
            (KERBEROS,),
            MainMode((MainProposal("dhgroup14", "aes128", "sha256"),), minutes=10, sessions=2),
        ),
        MainRule(
            "Reports main mode",
            "10.9.1.0/24",
            (KERBEROS,),
            MainMode((MainProposal("dhgroup1", "3des", "md5"),), minutes=40),
        ),
    ),
)

CASES = {
    "weak": WEAK,
    "domain-isolation": DOMAIN_ISOLATION,
    "gateways": GATEWAYS,
    "short-main-modes": SHORT_MAIN_MODES,
}
