"""Two IKE daemons in two network namespaces, which negotiate what two configurations say.

strongSwan's charon reads swanctl.conf, libreswan's pluto ipsec.conf and ipsec.secrets: the files that ipseclint reads.
Packets stay inside the namespaces. Needs root; `missing` says what else there is not. Both cannot be installed at once
from Debian's packages, so libreswan is looked for in a folder as well, where `dpkg -x` put it (LIBRESWAN_ROOT).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

ADDRESSES = {"a": "198.51.100.1", "b": "198.51.100.2"}
CHARON, LIBEXEC = Path("/usr/lib/ipsec/charon"), Path("usr/libexec/ipsec")
LIBRESWAN_ROOT = Path(os.environ.get("LIBRESWAN_ROOT", "/"))
_STAND_IN = Path(__file__).parent / "esp_stand_in.c"
_PLUGINS = (
    "random nonce openssl gcrypt aes sha1 sha2 md5 mgf1 hmac xcbc cmac ctr ccm kdf gmp curve25519 chapoly x509 "
    "revocation constraints pubkey pkcs1 pkcs7 pkcs8 pkcs12 pem kernel-netlink eap-identity eap-md5 socket-default vici"
)
_CHARON_CONF = """
charon {{
  load = {plugins}
  install_routes = no
  retransmit_tries = 1
  retransmit_timeout = 0.4
  retransmit_base = 1
  init_limit_half_open = 0
  cookie_threshold = 0
  accept_private_algs = yes
  syslog {{ }}
  filelog {{ main {{ path = {log}
    flush_line = yes
    default = 1
    cfg = 2
    ike = 2 }} }}
  plugins {{ vici {{ socket = unix://{folder}/vici }} }}
}}
"""
PATIENCE_SECONDS = 5.0
_PAUSE_SECONDS = 0.02


def missing() -> str | None:
    """What the lab needs and this machine does not have; None if it has all."""
    if os.geteuid() != 0:
        return "root"
    for program in ("ip", "gcc", "swanctl", "unshare"):
        if shutil.which(program) is None:
            return program
    return None if CHARON.exists() else "strongswan-charon"


def has_libreswan() -> bool:
    """Whether pluto is here, with what it needs."""
    return (LIBRESWAN_ROOT / LIBEXEC / "pluto").exists() and shutil.which("certutil") is not None


def run(*words: str, check: bool = True, seconds: float = 20) -> str:
    """The output of a program."""
    done = subprocess.run(words, check=check, capture_output=True, text=True, timeout=seconds)
    return done.stdout + done.stderr


class Daemon(Protocol):
    """A daemon at one end."""

    def load(self, configuration: str, secrets: str) -> bool:
        """Take a configuration in place of the one before, with keys that stand apart; false if it refuses it."""

    def initiate(self) -> None:
        """Ask the other end."""

    def renew(self) -> None:
        """Renew the keys of the traffic."""

    def clear(self) -> None:
        """Forget connections and what was agreed on."""

    def log(self) -> str:
        """What was logged since the last time."""

    def stop(self) -> None:
        """End the daemon."""


class _Logged:
    """The end of a log."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._at = 0

    def since(self) -> str:
        if not self._path.exists():
            return ""
        with self._path.open("rb") as stream:
            stream.seek(self._at)
            data = stream.read()
        self._at += len(data)
        return data.decode("utf-8", "replace")


class Charon:
    """strongSwan."""

    def __init__(self, space: str, folder: Path, preload: Path) -> None:
        folder.mkdir()
        self._folder, self._space = folder, space
        self._logged = _Logged(folder / "log")
        conf = folder / "strongswan.conf"
        conf.write_text(_CHARON_CONF.format(plugins=_PLUGINS, log=folder / "log", folder=folder))
        command = f"mount -t tmpfs none /run && LD_PRELOAD={preload} exec {CHARON}"
        with (folder / "out").open("wb") as out:
            self._process = subprocess.Popen(
                ["ip", "netns", "exec", space, "unshare", "-m", "sh", "-c", command],
                env={**os.environ, "STRONGSWAN_CONF": str(conf)},
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        _wait(lambda: "connections" in self._swanctl("--stats") or "uptime" in self._swanctl("--stats"))

    def _swanctl(self, *words: str) -> str:
        return run("swanctl", *words, "--uri", f"unix://{self._folder}/vici", check=False)

    def load(self, configuration: str, secrets: str) -> bool:
        del secrets  # they stand in the configuration
        file = self._folder / "swanctl.conf"
        file.write_text(configuration)
        said = self._swanctl("--load-all", "--clear", "--noprompt", "--file", str(file))
        return "successfully loaded 1 connections" in said

    def initiate(self) -> None:
        self._swanctl("--initiate", "--child", "c", "--timeout", "4")

    def renew(self) -> None:
        self._swanctl("--rekey", "--child", "c")

    def clear(self) -> None:
        self._swanctl("--terminate", "--ike", "x", "--force", "--timeout", "-1")
        self.log()

    def log(self) -> str:
        return self._logged.since()

    def stop(self) -> None:
        _end(self._process)


class Pluto:
    """libreswan."""

    def __init__(self, space: str, folder: Path, preload: Path) -> None:
        folder.mkdir()
        self._folder, self._space = folder, space
        self._logged = _Logged(folder / "log")
        (folder / "nss").mkdir()
        (folder / "run").mkdir()
        run("certutil", "-N", "-d", f"sql:{folder}/nss", "--empty-password")
        self._conf, self._secrets = folder / "ipsec.conf", folder / "ipsec.secrets"
        self._conf.write_text("config setup\n\tikev1-policy=accept\n")
        self._secrets.write_text("")
        tools = LIBRESWAN_ROOT / LIBEXEC
        (Path("/") / LIBEXEC).mkdir(parents=True, exist_ok=True)
        bind = "" if Path("/") == LIBRESWAN_ROOT else f"mount --bind {tools} /{LIBEXEC} && "
        command = (
            f"mount -t tmpfs none /run && {bind}LD_PRELOAD={preload} exec /{LIBEXEC}/pluto --nofork "
            f"--config {self._conf} --secretsfile {self._secrets} --nssdir {folder}/nss "
            f"--rundir {folder}/run --logfile {folder}/log --no-dnssec"
        )
        with (folder / "out").open("wb") as out:
            self._process = subprocess.Popen(
                ["ip", "netns", "exec", space, "unshare", "-m", "sh", "-c", command],
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        self._tools = tools
        _wait((folder / "run" / "pluto.ctl").exists)
        self._whack("--listen")

    def _whack(self, *words: str) -> str:
        control = ("--ctlsocket", f"{self._folder}/run/pluto.ctl")
        try:
            return run(str(self._tools / "whack"), *control, *words, check=False, seconds=PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            return ""

    def load(self, configuration: str, secrets: str) -> bool:
        self._conf.write_text(configuration)
        self._secrets.write_text(secrets)
        self._whack("--rereadsecrets")
        control = f"{self._folder}/run/pluto.ctl"
        said = run(str(self._tools / "addconn"), "--config", str(self._conf), "--ctlsocket", control, "x", check=False)
        return "fail" not in said.lower() and "error" not in said.lower() and self._whack("--status").count('"x"') > 1

    def initiate(self) -> None:
        self._whack("--name", "x", "--initiate", "--asynchronous")

    def renew(self) -> None:
        self._whack("--name", "x", "--rekey-ipsec", "--asynchronous")

    def clear(self) -> None:
        self._whack("--name", "x", "--delete")
        self.log()

    def log(self) -> str:
        return self._logged.since()

    def stop(self) -> None:
        _end(self._process)


KINDS = {"strongswan": Charon, "libreswan": Pluto}


class Lab:
    """Two ends, `a` which asks and `b` which answers, each of one kind."""

    def __init__(self, a: str, b: str) -> None:
        self._kinds = {"a": a, "b": b}
        self._tag = f"ipl{os.getpid()}{a[0]}{b[0]}"

    def __enter__(self) -> Self:
        self._folder = Path(tempfile.mkdtemp(prefix="ike"))
        preload = self._folder / "esp_stand_in.so"
        run("gcc", "-shared", "-fPIC", "-O2", str(_STAND_IN), "-o", str(preload), "-ldl")
        spaces = {end: f"{self._tag}{end}" for end in ADDRESSES}
        for space in spaces.values():
            run("ip", "netns", "add", space)
        run("ip", "link", "add", "va", "netns", spaces["a"], "type", "veth", "peer", "name", "vb", "netns", spaces["b"])
        for end, space in spaces.items():
            run("ip", "-n", space, "addr", "add", f"{ADDRESSES[end]}/24", "dev", f"v{end}")
            run("ip", "-n", space, "link", "set", f"v{end}", "up")
            run("ip", "-n", space, "link", "set", "lo", "up")
        self._spaces = spaces
        self.ends: dict[str, Daemon] = {
            end: KINDS[kind](spaces[end], self._folder / end, preload) for end, kind in self._kinds.items()
        }
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for daemon in getattr(self, "ends", {}).values():
            daemon.stop()
        for space in getattr(self, "_spaces", {}).values():
            run("ip", "netns", "del", space, check=False)
        shutil.rmtree(self._folder, ignore_errors=True)

    def negotiate(self, configurations: dict[str, str], secrets: dict[str, str], *, renew: bool = False) -> str:
        """What becomes of it: `secured`, `fails`, `fails at renewal`; `refused` if a daemon takes no configuration."""
        for end, daemon in self.ends.items():
            daemon.clear()
            if not daemon.load(configurations[end], secrets[end]):
                return f"refused by {end}"
        a, b = self.ends["a"], self.ends["b"]
        a.log(), b.log()
        a.initiate()
        came_up = self._until(_IS_UP, _IS_DOWN)
        if not came_up:
            return "fails"
        if not renew:
            return "secured"
        time.sleep(0.1)
        a.log(), b.log()
        a.renew()
        return "secured" if self._until(_IS_RENEWED, _IS_NOT_RENEWED) else "fails at renewal"

    def _until(self, good: re.Pattern[str], bad: re.Pattern[str]) -> bool:
        """Whether the initiator's log says the one before the other, or before patience ends."""
        said, other = "", ""
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            said += self.ends["a"].log()
            other += self.ends["b"].log()
            if good.search(said) is not None:
                return True
            if bad.search(said) is not None:
                break
            time.sleep(_PAUSE_SECONDS)
        self.said = said + other
        return False


_IS_UP = re.compile(
    r"CHILD_SA c\{\d+\} established|IPsec SA established|established Child SA|Child SA.*established", re.IGNORECASE
)
_IS_DOWN = re.compile(
    r"establishing CHILD_SA .*failed|failed to establish CHILD_SA|giving up|no (?:IKE|CHILD)_SA|NO_PROPOSAL_CHOSEN|"
    r"NO_PROP|AUTHENTICATION_FAILED|TS_UNACCEPTABLE|INVALID_ID_INFORMATION|PAYLOAD_MALFORMED|AUTH_FAILED"
)
_IS_RENEWED = re.compile(
    r"CHILD_SA c\{\d+\} established|CHILD_SA closed|rekeyed|IPsec SA established|established (?:rekeyed )?Child SA",
    re.IGNORECASE,
)
_IS_NOT_RENEWED = re.compile(
    r"CHILD_SA rekeying failed|NO_PROPOSAL_CHOSEN|NO_PROP|INVALID_KE_PAYLOAD.*giving up|failed"
)


def _wait(is_ready: object) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        if is_ready():  # type: ignore[operator]
            return
        time.sleep(_PAUSE_SECONDS)
    raise RuntimeError("a daemon did not start")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
