"""Remote access: connections of a client, the server that takes them, and interfaces between sites.

The cryptography of each is in the sets that it refers to: without such references it takes what Windows offers by
itself, which `ipseclint.semantics.defaults` knows. None: the input does not say.
"""

from typing import ClassVar

from ipseclint.model.dialect import Dialect, Reference
from ipseclint.model.selectors import Addresses
from ipseclint.model.setting import Origin, Setting
from ipseclint.model.values import Frozen, Validated
from ipseclint.source import Span
from ipseclint.vocabulary.remote_access import TunnelProtocol, TunnelStrategy, VpnAuthentication


class EapChoice(Frozen):
    """The certificates that a connection's EAP configuration takes: the user's own, and the server's.

    `methods` are the types of EAP by number, the outer one first. `simple_selection` lets Windows choose a certificate
    by itself. Filters are the usages (dotted numbers) and the issuers' thumbprints that a certificate must show.
    """

    span: Span
    methods: tuple[int, ...] = ()
    simple_selection: Setting[bool] | None = None
    ekus: Setting[tuple[str, ...]] | None = None
    issuers: Setting[tuple[str, ...]] | None = None
    validates_server: Setting[bool] | None = None
    server_names: Setting[str] | None = None
    trusted_roots: Setting[tuple[str, ...]] | None = None


class ForeignWord(Frozen):
    """A word of another tool in place of this tool's word for a value, and where it stands."""

    span: Span
    part: str
    word: str
    own: str


class VpnConnection(Validated):
    """A connection that a client dials.

    `is_named` is false where the input does not hold its name, and it goes by its server. `is_profile`: it is a profile
    of the VPNv2 CSP, of which Windows has yet to make the connection.
    `custom_policy` tells whether it has a cryptographic suite of its own. `authentication` is that of the user or,
    for a machine certificate, of the device; `l2tp_authentication` that of the IPsec under L2TP. `machine_ekus` and
    `machine_issuer` narrow which machine certificate is taken. `device_tunnel` is up before anybody signs in,
    `lockdown` lets nothing past the tunnel. `foreign_words` are words of a profile's suite that the cmdlet has and the
    profile does not, each with the profile's own. `checks_server_name` is false where the name and the usage of the
    server's certificate are not looked at.
    """

    kind: ClassVar[str] = "vpn_connection"

    name: str
    is_named: bool = True
    is_profile: bool = False
    id: str | None = None
    span: Span
    dialect: Dialect = Dialect.VPN
    servers: Setting[tuple[str, ...]] | None = None
    strategy: Setting[TunnelStrategy] | None = None
    protocols: Setting[tuple[TunnelProtocol, ...]] | None = None
    custom_policy: Setting[bool] | None = None
    foreign_words: tuple[ForeignWord, ...] = ()
    main_mode_crypto: Reference | None = None
    quick_mode_crypto: Reference | None = None
    first_authentication: Reference | None = None
    authentication: Setting[tuple[VpnAuthentication, ...]] | None = None
    l2tp_authentication: Setting[VpnAuthentication] | None = None
    machine_ekus: Setting[tuple[str, ...]] | None = None
    machine_issuer: Setting[str] | None = None
    eap: EapChoice | None = None
    split_tunneling: Setting[bool] | None = None
    all_users: Setting[bool] | None = None
    device_tunnel: Setting[bool] | None = None
    always_on: Setting[bool] | None = None
    lockdown: Setting[bool] | None = None
    checks_server_name: Setting[bool] | None = None
    encryption_level: Setting[str] | None = None
    idle_disconnect_seconds: Setting[int] | None = None
    network_outage_seconds: Setting[int] | None = None
    fragmentation: Setting[bool] | None = None

    @property
    def tried(self) -> tuple[TunnelProtocol, ...]:
        """The protocols that it tries, in order; none where the input does not say."""
        if self.protocols is not None and self.protocols.known is not None:
            return self.protocols.known
        return () if self.strategy is None or self.strategy.known is None else self.strategy.known.protocols

    @property
    def tries_ike(self) -> bool:
        """Whether it tries a protocol whose keys IKE makes."""
        return not {TunnelProtocol.IKEV2, TunnelProtocol.L2TP}.isdisjoint(self.tried)


class VpnServer(Validated):
    """Routing and Remote Access as a server of VPN clients: what it takes and for how long.

    Ports are how many connections each protocol may have at once. `lifetime_kilobytes` is the traffic after which
    keys are renewed. `network_outage_seconds` is how long it keeps a client that vanished.
    `connections_per_address` is IkeNumEstablishedForInitialQuery.
    """

    kind: ClassVar[str] = "vpn_server"

    name: str = "RRAS server"
    id: str | None = None
    span: Span
    dialect: Dialect = Dialect.VPN
    custom_policy: Setting[bool] | None = None
    main_mode_crypto: Reference | None = None
    quick_mode_crypto: Reference | None = None
    first_authentication: Reference | None = None
    encryption_level: Setting[str] | None = None
    main_mode_lifetime_seconds: Setting[int] | None = None
    lifetime_seconds: Setting[int] | None = None
    lifetime_kilobytes: Setting[int] | None = None
    idle_disconnect_seconds: Setting[int] | None = None
    network_outage_seconds: Setting[int] | None = None
    ikev2_ports: Setting[int] | None = None
    l2tp_ports: Setting[int] | None = None
    sstp_ports: Setting[int] | None = None
    pptp_ports: Setting[int] | None = None
    gre_ports: Setting[int] | None = None
    address_pool: Setting[Addresses] | None = None
    authentication: Setting[tuple[VpnAuthentication, ...]] | None = None
    tunnel_authentication: Setting[tuple[VpnAuthentication, ...]] | None = None
    root_certificate: Setting[str] | None = None
    server_certificate: Setting[str] | None = None
    certificate_ekus: Setting[tuple[str, ...]] | None = None
    fragmentation: Setting[bool] | None = None
    checks_revocation: Setting[bool] | None = None
    connections_per_address: Setting[int] | None = None

    @property
    def takes_ike(self) -> bool:
        """Whether it may take clients by IKEv2 or L2TP, which it does not if both have no ports."""
        return not all(ports is not None and ports.known == 0 for ports in (self.ikev2_ports, self.l2tp_ports))


def one_server(servers: tuple[VpnServer, ...]) -> tuple[VpnServer, ...]:
    """The server that several inputs of one machine describe: of each field the first value that is no default."""
    if len(servers) < 2:
        return servers
    # A suite found in one input outweighs its absence in another.
    first, *others = sorted(servers, key=lambda server: server.main_mode_crypto is None)
    for other in others:
        fields = {
            name: getattr(other, name)
            for name in VpnServer.model_fields
            if getattr(first, name) is None or (_is_default(getattr(first, name)) and getattr(other, name) is not None)
        }
        first = first.model_copy(update=fields)
    return (first,)


def _is_default(value: object) -> bool:
    return isinstance(value, Setting) and value.origin is Origin.DEFAULT


class VpnInterface(Validated):
    """An interface of Routing and Remote Access to another site.

    `authentication` is what it shows when it dials, `responder_authentication` when it is dialled.
    """

    kind: ClassVar[str] = "vpn_interface"

    name: str
    id: str | None = None
    span: Span
    dialect: Dialect = Dialect.VPN
    destinations: Setting[tuple[str, ...]] | None = None
    strategy: Setting[TunnelStrategy] | None = None
    custom_policy: Setting[bool] | None = None
    main_mode_crypto: Reference | None = None
    quick_mode_crypto: Reference | None = None
    first_authentication: Reference | None = None
    encryption_level: Setting[str] | None = None
    main_mode_lifetime_seconds: Setting[int] | None = None
    lifetime_seconds: Setting[int] | None = None
    lifetime_kilobytes: Setting[int] | None = None
    idle_disconnect_seconds: Setting[int] | None = None
    network_outage_seconds: Setting[int] | None = None
    tries: Setting[int] | None = None
    retry_interval_seconds: Setting[int] | None = None
    authentication: Setting[VpnAuthentication] | None = None
    responder_authentication: Setting[VpnAuthentication] | None = None
    persistent: Setting[bool] | None = None
    source_address: Setting[str] | None = None


RemoteAccess = VpnConnection | VpnServer | VpnInterface
"""The objects that have a suite of their own, or take the one that Windows offers by default."""
