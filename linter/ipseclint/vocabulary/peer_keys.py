"""The keys in IPsec configurations of other systems, by section.

Sources: swanctl.conf(5) of strongSwan 6 (its swanctl.opt), ipsec.conf(5) and the keywords of its starter, with those of
earlier releases; ipsec.conf(5) of libreswan 5.4, and the keywords of 4.10 and of 3.27.
"""

from __future__ import annotations

from collections.abc import Mapping

from ipseclint.vocabulary.rows import names

SWANCTL: Mapping[str, frozenset[str]] = {
    "connection": names(
        "version local_addrs remote_addrs local_port remote_port proposals vips aggressive pull dscp encap mobike "
        "dpd_delay dpd_timeout fragmentation childless send_certreq send_cert ocsp ppk_id ppk_required keyingtries "
        "unique reauth_time rekey_time over_time rand_time pools if_id_in if_id_out mediation mediated_by "
        "mediation_peer"
    ),
    "round": names("round certs pubkeys auth id eap_id aaa_id xauth_id groups cert_policy cacerts ca_id revocation"),
    "child": names(
        "ah_proposals esp_proposals sha256_96 local_ts remote_ts rekey_time life_time rand_time rekey_bytes "
        "life_bytes rand_bytes rekey_packets life_packets rand_packets updown hostaccess mode policies "
        "policies_fwd_out dpd_action ipcomp inactivity reqid priority interface mark_in mark_in_sa mark_out "
        "set_mark_in set_mark_out if_id_in if_id_out label label_mode tfc_padding replay_window per_cpu_sas "
        "hw_offload copy_df copy_ecn copy_dscp icmp start_action close_action"
    ),
    "certificate": names("file handle slot module"),
    "authority": names("cacert file handle slot module crl_uris ocsp_uris cert_uri_base"),
    "secret": names("secret file handle slot module pin"),
}
"""The keys of swanctl.conf; pools may have any key, secrets also any that begins with `id`."""

SWANCTL_ROOT = frozenset({"connections", "secrets", "pools", "authorities"})
"""The top-level sections of swanctl.conf; others are templates that sections include."""

_CONN = names(
    "aaa-identity aggressive aggrmode ah also alsoflip auth authby auto closeaction compress dpdaction dpddelay "
    "dpdtimeout eap eap-identity esp forceencaps fragmentation ike ikedscp ikelifetime inactivity installpolicy "
    "keyexchange keyingtries keylife lifebytes lifepackets lifetime marginbytes marginpackets margintime mark mark-in "
    "mark-out mediated-by mediation me-peerid mobike modeconfig pfs pfsgroup reauth rekey rekeyfuzz rekeymargin "
    "replay-window reqid sha256-96 tfc type xauth xauth-identity "
    "accept-redirect accept-redirect-to clientaddrfamily cisco-split cisco-unity connalias debug decap-dscp "
    "dns-match-id enable-tcp encap-dscp encapsulation esn failureshunt fake-strongswan hostaddrfamily ignore-peer-dns "
    "ikepad ikev2 ike-sa-init-full-transcript-auth initial-contact intermediate ipsec-interface ipsec-lifetime "
    "ipsec-max-bytes ipsec-max-packets iptfs iptfs-drop-time iptfs-fragmentation iptfs-init-delay "
    "iptfs-max-queue-size iptfs-reorder-window metric modecfgbanner modecfgdns modecfgdomains modecfgpull "
    "ms-dh-downgrade mtu narrowing nat-ikev1-method nat-keepalive negotiationshunt nflog nflog-group nic-offload "
    "nm-configured nopmtudisc overlapip pam-authorize phase2 phase2alg policy-label ppk ppk-ids priority redirect-to "
    "reject-simultaneous-ike-auth remote-peer-type require-id-on-certificate retransmit-interval retransmit-timeout "
    "connaddrfamily disablearrivalcheck ike-frag labeled-ipsec modecfgdns1 modecfgdns2 modecfgdomain modecfgwins1 "
    "modecfgwins2 salifetime sareftrack sec-label send-no-esp-tfc send-esp-tfc-padding-not-supported send-redirect "
    "send-supported-auth-methods send-vendorid sendca sha2-truncbug share-lease tcp-remoteport vti-interface "
    "vti-routing vti-shared xauthby xauthfail"
)
_SIDE = names(
    "allowany auth auth2 ca ca2 cert cert2 certpolicy dns firewall groups groups2 hostaccess id id2 ikeport natip "
    "nexthop protoport rsasigkey sendcert sigkey sourceip subnet subnetwithin updown "
    "addresspool autheap cat ckaid ecdsakey eddsakey interface-ip modecfgclient modecfgserver pubkey subnets "
    "rsasigkey2 updown-config username vti xauthclient xauthname xauthserver xauthusername"
)
"""The suffixes of `left` and `right`."""

_SETUP = names(
    "cachecrls charondebug charonstart crlcheckinterval dumpdir force-keepalive fragicmp hidetos interfaces keep-alive "
    "klipsdebug nat-traversal nocrsend overridemtu packetdefault pkcs11initargs pkcs11keepstate pkcs11module "
    "pkcs11proxy plutodebug plutostart plutostderrlog postpluto prepluto strictcrlpolicy uniqueids virtual-private "
    "audit-log crl-strict crl-timeout curl-iface curl-timeout ddos-ike-threshold ddos-mode dns-resolver "
    "dnssec-anchors dnssec-enable dnssec-rootkey-file drop-oppo-null exampledir expire-lifetime expire-shunt-interval "
    "global-redirect global-redirect-to ike-socket-bufsize ike-socket-errqueue ikev1-policy ikev1-secctx-attr-type "
    "ipsec-interface-managed ipsecdir listen listen-tcp listen-udp logappend logfile logip loglimit logstderr logtime "
    "max-halfopen-ike myvendorid nflog-all nhelpers nssdir ocsp-cache-max-age ocsp-cache-min-age ocsp-cache-size "
    "ocsp-enable ocsp-method ocsp-strict ocsp-timeout ocsp-trustname ocsp-uri oe protostack rundir seccomp "
    "ddos-ike-treshold disable-port-floating force-busy forwardcontrol ikeport myid nat-ikeport ocsp-trust-name "
    "perpeerlog perpeerlogdir pluto plutofork plutoopts plutorestartoncrash plutostderrlogtime plutowait rp-filter "
    "secctx-attr-type secctx-attr-value secretsfile seedbits seeddev shuntlifetime statsbin syslog xfrmlifetime"
)
_AUTHORITY = names("also auto cacert ldaphost ldapbase crluri crluri1 crluri2 ocspuri ocspuri1 ocspuri2 certuribase")

IPSEC_CONF: Mapping[str, frozenset[str]] = {
    "conn": _CONN | {"left", "right"} | {side + key for side in ("left", "right") for key in _SIDE},
    "config": _SETUP,
    "ca": _AUTHORITY,
}
"""The keys of ipsec.conf of either dialect, by the kind of section, with `-` for `_`."""
