"""Random policies of one end, each written in every form that can say it: for the daemon, and for ipseclint.

What is drawn is what all forms can say: suites that Windows knows too and that both daemons still have, IKEv1 or IKEv2
by preshared key, transport or tunnel mode, PFS or none.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from tests.daemons.lab import ADDRESSES

Suite = tuple[str, str, str]
"""Cipher, hash and group in main mode; cipher, hash and `esp` or `ah` in quick mode."""

CIPHERS = ("aes128", "aes256", "3des")
HASHES = ("sha1", "sha256", "sha384")
GROUPS = ("modp2048", "ecp256", "ecp384")
QUICK = (
    ("aes128", "sha1", "esp"),
    ("aes256", "sha256", "esp"),
    ("3des", "sha1", "esp"),
    ("null", "sha1", "esp"),
    ("aes256gcm16", "", "esp"),
    ("aes128gcm16", "", "esp"),
)
AH = (("", "sha1", "ah"), ("", "sha256", "ah"))
SUBNETS = {"a": ("10.1.0.0/16", "10.1.0.0/24", "10.3.0.0/16"), "b": ("10.2.0.0/16", "10.2.0.0/24", "10.4.0.0/16")}


@dataclass(frozen=True)
class Policy:
    """What one end is configured to do."""

    version: int
    main: tuple[Suite, ...]
    quick: tuple[Suite, ...]
    pfs: str | None
    mode: str
    key: str
    local: str
    remote: str


def draw(seed: int) -> tuple[Policy, Policy]:
    """The policies of both ends: mostly near each other, so that every stage is reached."""
    chance = random.Random(seed)
    version = chance.choice((1, 2, 2))
    a = Policy(
        version=version,
        main=tuple(chance.sample([(c, h, g) for c in CIPHERS for h in HASHES for g in GROUPS], chance.randint(1, 3))),
        quick=tuple(chance.sample(AH if chance.random() < 0.1 else QUICK, chance.randint(1, 2))),
        pfs=chance.choice((None, None, *GROUPS)),
        mode=chance.choice(("transport", "tunnel")),
        key="the key of both ends",
        local=SUBNETS["a"][0],
        remote=SUBNETS["b"][0],
    )
    b = replace(a, local=a.remote, remote=a.local)
    for _ in range(chance.choice((0, 1, 1, 1, 2))):
        b = chance.choice(CHANGES)(chance, b)
    return a, b


CHANGES: tuple[Callable[[random.Random, Policy], Policy], ...] = (
    lambda chance, policy: replace(policy, main=tuple(chance.sample(policy.main, len(policy.main)))),
    lambda chance, policy: replace(
        policy, main=tuple(chance.sample([(c, h, g) for c in CIPHERS for h in HASHES for g in GROUPS], 2))
    ),
    lambda _, policy: replace(policy, main=(*policy.main[1:], ("aes256", "sha256", "modp2048"))),
    lambda chance, policy: replace(policy, quick=tuple(chance.sample(policy.quick, len(policy.quick)))),
    lambda chance, policy: replace(policy, quick=tuple(chance.sample(QUICK, 2))),
    lambda chance, policy: replace(policy, quick=tuple(chance.sample(AH, 1))),
    lambda chance, policy: replace(policy, pfs=chance.choice((None, *GROUPS))),
    lambda chance, policy: replace(policy, pfs=chance.choice((None, *GROUPS))),
    lambda _, policy: replace(policy, mode="tunnel" if policy.mode == "transport" else "transport"),
    lambda _, policy: replace(policy, key="another key of this end"),
    lambda _, policy: replace(policy, version=3 - policy.version),
    lambda chance, policy: replace(policy, local=chance.choice(SUBNETS["b"]), remote=chance.choice(SUBNETS["a"])),
)


def swanctl(policy: Policy, me: str) -> str:
    """swanctl.conf, as charon reads it."""
    other = _other(me)
    main = ", ".join("-".join(suite) for suite in policy.main)
    pfs = f"-{policy.pfs}" if policy.pfs else ""
    quick = ", ".join("-".join(part for part in suite[:2] if part) + pfs for suite in policy.quick)
    sides = f"local_ts = {policy.local}\n   remote_ts = {policy.remote}" if policy.mode == "tunnel" else ""
    kind = policy.quick[0][2]
    return f"""connections {{
 x {{
  version = {policy.version}
  local_addrs = {ADDRESSES[me]}
  remote_addrs = {ADDRESSES[other]}
  proposals = {main}
  mobike = no
  local {{
   auth = psk
   id = {ADDRESSES[me]}
  }}
  remote {{
   auth = psk
   id = {ADDRESSES[other]}
  }}
  children {{
   c {{
   {kind}_proposals = {quick}
   mode = {policy.mode}
   {sides}
   }}
  }}
 }}
}}
secrets {{
 ike-x {{
  secret = "{policy.key}"
 }}
}}
"""


_LIBRESWAN = {"sha256": "sha2_256", "sha384": "sha2_384", "ecp256": "dh19", "ecp384": "dh20"}
_LIBRESWAN |= {"aes256gcm16": "aes_gcm256", "aes128gcm16": "aes_gcm128"}


def ipsec_conf(policy: Policy, me: str) -> str:
    """ipsec.conf, as pluto reads it."""

    def word(name: str) -> str:
        return _LIBRESWAN.get(name, name)

    main = ",".join(f"{word(cipher)}-{word(hash_)};{word(group)}" for cipher, hash_, group in policy.main)
    pfs = f";{word(policy.pfs)}" if policy.pfs else ""
    quick = ",".join("-".join(word(part) for part in suite[:2] if part) + pfs for suite in policy.quick)
    kind = policy.quick[0][2]
    lines = [
        f"left={ADDRESSES[me]}",
        f"right={ADDRESSES[_other(me)]}",
        "authby=secret",
        f"type={policy.mode}",
        f"ike={main}",
        f"phase2={kind}",
        f"{kind}={quick}",
        f"pfs={'yes' if policy.pfs else 'no'}",
        f"ikev2={'yes' if policy.version == 2 else 'no'}",
        "leftupdown=%disabled",
        "auto=add",
    ]
    if policy.mode == "tunnel":
        lines += [f"leftsubnet={policy.local}", f"rightsubnet={policy.remote}"]
    return "config setup\n\tikev1-policy=accept\n\nconn x\n" + "".join(f"\t{line}\n" for line in lines)


def description(policy: Policy, me: str, kind: str) -> str:
    """The description of a peer."""
    main = ", ".join(f'"{"-".join(suite)}"' for suite in policy.main)
    quick = ", ".join(f'"{kind_}:{"-".join(p for p in (cipher, hash_) if p)}"' for cipher, hash_, kind_ in policy.quick)
    sides = ""
    if policy.mode == "tunnel":
        sides = f'local = ["{policy.local}"]\nremote = ["{policy.remote}"]'
    return f"""[peer]
name = "x"
implementation = "{kind}"
answers_on = ["{ADDRESSES[me]}"]
keying = ["ikev{policy.version}"]

[peer.main_mode]
proposals = [{main}]

[peer.quick_mode]
proposals = [{quick}]
pfs = [{f'"{policy.pfs}"' if policy.pfs else ""}]
mode = "{policy.mode}"
{sides}

[peer.auth]
methods = ["psk"]
psk = "{policy.key}"
"""


_NETSH_MAIN = {"modp2048": "dhgroup14", "ecp256": "ecdhp256", "ecp384": "ecdhp384"}
_NETSH_CIPHER = {"null": "none", "aes256gcm16": "aesgcm256", "aes128gcm16": "aesgcm128"}


def netsh(policy: Policy, me: str) -> str | None:
    """A script of netsh; None for what Windows cannot do: a preshared key in IKEv2, groups that differ."""
    if policy.version != 1 or len({group for *_, group in policy.main}) > 1:
        return None
    main = ",".join(f"{_NETSH_MAIN[group]}:{cipher}-{hash_}" for cipher, hash_, group in policy.main)
    quick = ",".join(map(_netsh_quick, policy.quick))
    here, there = ADDRESSES[me], ADDRESSES[_other(me)]
    ends = f"endpoint1={here} endpoint2={there}"
    if policy.mode == "tunnel":
        ends = (
            f"endpoint1={policy.local} endpoint2={policy.remote} mode=tunnel "
            f"localtunnelendpoint={here} remotetunnelendpoint={there}"
        )
    pfs = _NETSH_MAIN[policy.pfs] if policy.pfs else "none"
    return (
        f"netsh advfirewall consec add rule name=x {ends} action=requireinrequireout auth1=computerpsk "
        f'auth1psk="{policy.key}" qmpfs={pfs} qmsecmethods={quick}\n'
        f"netsh advfirewall set global mainmode mmsecmethods {main}\n"
    )


def _netsh_quick(suite: Suite) -> str:
    cipher, hash_, kind = suite
    if kind == "ah":
        return f"ah:{hash_}"
    name = _NETSH_CIPHER.get(cipher, cipher)
    return f"esp:{hash_ or name}-{name}"


def forms(policy: Policy, me: str, kind: str) -> Mapping[str, str]:
    """The texts that say a policy to ipseclint, for an end that a kind of daemon stands for."""
    said = {"toml": description(policy, me, kind)}
    said["conf"] = swanctl(policy, me) if kind == "strongswan" else ipsec_conf(policy, me)
    script = netsh(policy, me)
    return said if script is None else {**said, "netsh": script}


def secrets(policy: Policy) -> str:
    """ipsec.secrets, where pluto finds its key."""
    return f'{ADDRESSES["a"]} {ADDRESSES["b"]} : PSK "{policy.key}"\n'


def configuration(policy: Policy, me: str, kind: str) -> str:
    """What the daemon itself reads."""
    return swanctl(policy, me) if kind == "strongswan" else ipsec_conf(policy, me)


def _other(me: str) -> str:
    return "b" if me == "a" else "a"
