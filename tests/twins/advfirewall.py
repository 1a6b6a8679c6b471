"""The policy as a script of `netsh advfirewall`, and as that tool shows it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tests.twins.policy import MainMode, Method, QuickProposal, Rule, Told

# As the tool prints what it accepts in small letters.
SHOWN = {
    "any": "Any",
    "requireinrequireout": "RequireInRequireOut",
    "requireinrequestout": "RequireInRequestOut",
    "requestinrequestout": "RequestInRequestOut",
    "noauthentication": "NoAuthentication",
    "computerkerb": "ComputerKerb",
    "computerpsk": "ComputerPSK",
    "userkerb": "UserKerb",
    "neighbordiscovery": "NeighborDiscovery",
    "icmp": "ICMP",
    "dhcp": "DHCP",
    "none": "None",
    "never": "Never",
    "dhgroup1": "DHGroup1",
    "dhgroup2": "DHGroup2",
    "dhgroup14": "DHGroup14",
    "domain": "Domain",
    "private": "Private",
    "public": "Public",
}
CRL_SHOWN = ("0:Disabled", "1:Medium", "2:Strong")
WIDTH = 38
ALL_PROFILES = ("domain", "private", "public")


def main_methods(main_mode: MainMode, separator: str = "-") -> str:
    """The offers of main mode as netsh takes them."""
    return ",".join(
        f"{proposal.group}{separator}{proposal.cipher}-{proposal.integrity}" for proposal in main_mode.proposals
    )


def quick_methods(quick: Sequence[QuickProposal]) -> str:
    """The offers of quick mode as netsh takes them."""
    return ",".join(f"esp:{each.integrity}-{each.cipher}+{each.minutes}min+{each.kilobytes}kb" for each in quick)


def script(told: Told) -> str:
    """The commands that set the policy up."""
    return "\r\n".join(_commands(told)) + "\r\n"


def _commands(told: Told) -> Iterator[str]:
    yield "@echo off"
    yield f"netsh advfirewall set global ipsec saidletimemin {told.idle_minutes}"
    yield f"netsh advfirewall set global ipsec defaultexemptions {','.join(told.exemptions)}"
    yield f"netsh advfirewall set global ipsec strongcrlcheck {told.crl}"
    yield f"netsh advfirewall set global ipsec ipsecthroughnat {told.nat}"
    if told.main_mode is not None:
        main_mode = told.main_mode
        yield f"netsh advfirewall set global mainmode mmkeylifetime {main_mode.minutes}min,{main_mode.sessions}sess"
        yield f"netsh advfirewall set global mainmode mmsecmethods {main_methods(main_mode)}"
        yield f"netsh advfirewall set global mainmode mmforcedh {'yes' if main_mode.force_dh else 'no'}"
    for rule in told.rules:
        yield "netsh advfirewall consec add rule " + " ".join(_rule(rule))
    for main_rule in told.main_rules:
        main_mode = main_rule.main_mode
        yield (
            f'netsh advfirewall mainmode add rule name="{main_rule.name}" endpoint1=any endpoint2={main_rule.remote} '
            + " ".join(_authentication("auth1", main_rule.first))
            + f" mmsecmethods={main_methods(main_mode)} mmforcedh={'yes' if main_mode.force_dh else 'no'}"
            f" mmkeylifetime={main_mode.minutes}min,{main_mode.sessions}sess"
        )


def _rule(rule: Rule) -> Iterator[str]:
    yield f'name="{rule.name}" endpoint1={rule.local} endpoint2={rule.remote} action={rule.action}'
    if rule.profiles:
        yield f"profile={','.join(rule.profiles)}"
    if rule.tunnel:
        yield f"mode=tunnel localtunnelendpoint={rule.tunnel.local} remotetunnelendpoint={rule.tunnel.remote}"
    yield from _authentication("auth1", rule.first)
    yield from _authentication("auth2", rule.second)
    if rule.quick:
        yield f"qmpfs={rule.pfs} qmsecmethods={quick_methods(rule.quick)}"


def _authentication(tag: str, methods: Sequence[Method]) -> Iterator[str]:
    if methods:
        yield f"{tag}={','.join(each.name for each in methods)}"
    yield from (f'{tag}psk="{each.key}"' for each in methods if each.key)


def show(told: Told) -> str:
    """What `show global`, `consec show rule name=all verbose` and `mainmode show rule name=all` print."""
    return "\r\n".join(_shown(told)) + "\r\n"


def _shown(told: Told) -> Iterator[str]:
    main_mode = told.main_mode or MainMode(())
    methods = shown_main(main_mode) if told.main_mode else "DHGroup2-AES128-SHA1,DHGroup2-3DES-SHA1"
    yield from ("Global Settings:", "-" * 70, "IPsec:")
    yield _line("StrongCRLCheck", CRL_SHOWN[told.crl])
    yield _line("SAIdleTimeMin", f"{told.idle_minutes}min")
    yield _line("DefaultExemptions", ",".join(SHOWN[each] for each in told.exemptions))
    yield _line("IPsecThroughNAT", SHOWN[told.nat])
    yield from ("", "Main Mode:")
    yield _line("KeyLifetime", f"{main_mode.minutes}min,{main_mode.sessions}sess")
    yield _line("SecMethods", methods)
    yield _line("ForceDH", "Yes" if main_mode.force_dh else "No")
    yield from ("Ok.", "")
    for rule in told.rules:
        yield from _rule_shown(rule, main_mode, methods)
    for main_rule in told.main_rules:
        yield from (_line("Rule Name:", main_rule.name), "-" * 70)
        yield _line("Enabled:", "Yes")
        yield _line("Profiles:", "Domain,Private,Public")
        yield _line("Endpoint1:", "Any")
        yield _line("Endpoint2:", main_rule.remote)
        yield from _methods_shown("Auth1", main_rule.first)
        yield _line("SecMethods:", shown_main(main_rule.main_mode))
        yield _line("ForceDH:", "Yes" if main_rule.main_mode.force_dh else "No")
        yield _line("KeyLifetime:", f"{main_rule.main_mode.minutes}min,{main_rule.main_mode.sessions}sess")
        yield ""
    yield "Ok."


def _rule_shown(rule: Rule, main_mode: MainMode, methods: str) -> Iterator[str]:
    yield from (_line("Rule Name:", rule.name), "-" * 70)
    yield _line("Enabled:", "Yes")
    yield _line("Profiles:", ",".join(SHOWN[each] for each in rule.profiles or ALL_PROFILES))
    yield _line("Type:", "Static")
    yield _line("Mode:", "Tunnel" if rule.tunnel else "Transport")
    if rule.tunnel:
        yield _line("LocalTunnelEndpoint:", rule.tunnel.local)
        yield _line("RemoteTunnelEndpoint:", rule.tunnel.remote)
    yield _line("InterfaceTypes:", "Any")
    yield _line("Endpoint1:", _wrapped(rule.local))
    yield _line("Endpoint2:", _wrapped(rule.remote))
    if not rule.tunnel:
        yield _line("Port1:", "Any")
        yield _line("Port2:", "Any")
    yield _line("Protocol:", "Any")
    yield _line("Action:", SHOWN[rule.action])
    yield from _methods_shown("Auth1", rule.first)
    yield from _methods_shown("Auth2", rule.second)
    if rule.quick:
        yield _line("MainModeSecMethods:", methods)
        yield _line("MainModeKeyLifetime:", f"{main_mode.minutes}min,{main_mode.sessions}sess")
        offers = (
            f"ESP:{each.integrity.upper()}-{each.cipher.upper()}+{each.minutes}min+{each.kilobytes}kb"
            for each in rule.quick
        )
        yield _line("QuickModeSecMethods:", ",".join(offers))
        yield _line("QuickModePFS:", SHOWN[rule.pfs])
    yield _line("Rule source:", "Local Setting")
    yield _line("ApplyAuthorization:", "No")
    if rule.tunnel:
        yield _line("ExemptIPsecProtectedConnections:", "No")
    yield ""


def _methods_shown(label: str, methods: Sequence[Method]) -> Iterator[str]:
    if methods:
        yield _line(f"{label}:", ",".join(SHOWN[each.name] for each in methods))
    yield from (_line(f"{label}PSK:", method.key) for method in methods if method.key)


def shown_main(main_mode: MainMode) -> str:
    """The offers of main mode as netsh prints them."""
    offers = main_mode.proposals
    return ",".join(f"{SHOWN[offer.group]}-{offer.cipher.upper()}-{offer.integrity.upper()}" for offer in offers)


def _wrapped(addresses: str) -> str:
    return (",\r\n" + " " * WIDTH).join(SHOWN.get(each, each) for each in addresses.split(","))


def _line(label: str, value: str) -> str:
    return f"{label:<{WIDTH}}{value}"
