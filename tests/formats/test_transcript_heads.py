"""What stands above an output in what people paste takes nothing from it: a prompt, a sentence, a fence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests import ROOT
from tests.cases import cases

from ipseclint.engine.inputs.paths import Candidate
from ipseclint.engine.machines import read_inputs
from ipseclint.source import bytes_source

HEADS = {
    "powershell": "PS C:\\> Get-Something | fl *\n\n",
    "cmd": "C:\\>tool show all\n\n",
    "shell": "root@gw:~# cat file\n",
    "sentence": "Here is what the server prints, I do not know what is wrong with it:\n\n",
    "root": "[root@gw ~]# cat ipsec.conf\n",
    "fence": "Output:\n\n```\n",
}
FEET = {"fence": "\n```\n"}
FOLDER = ROOT / "fixtures" / "formats"
TEXTS = (".txt", ".json", ".csv", ".reg", ".ini", ".inf", ".pbk", ".conf", "")
FOLDERS = sorted(path.name for path in FOLDER.iterdir())
TWICE = frozenset({"table.csv"})
"""Tables in which the text of an event names it once more."""

INTERFACE = """Name                                : Branch
Destination                         : {203.0.113.7}
AuthenticationMethod                : PSKOnly
AuthenticationTransformConstants    : SHA256128
CipherTransformConstants            : AES256
CustomPolicy                        : True
DHGroup                             : Group14
EncryptionMethod                    : AES256
IntegrityCheckMethod                : SHA256
MMSALifeTimeSeconds                 : 28800
PfsGroup                            : PFS2048
SADataSizeForRenegotiationKilobytes : 102400
SALifeTimeSeconds                   : 3600
"""


def read(text: str, path: str) -> tuple[dict[str, int], int]:
    """How many objects of each kind are read in a text, and how many problems there are."""
    inputs = read_inputs([Candidate(bytes_source(path, text.encode()), named=True)])
    objects: dict[str, int] = {}
    for each in inputs:
        for kind, number in each.input.objects.items():
            objects[kind] = objects.get(kind, 0) + number
    return objects, sum(len(each.parsed.problems) for each in inputs)


def texts(folder: str) -> list[Path]:
    """The fixtures of a format that are small texts."""
    paths = [path for path in sorted((FOLDER / folder).iterdir()) if path.is_file() and path.suffix in TEXTS]
    return [path for path in paths if path.stat().st_size < 20_000 and b"\0" not in path.read_bytes()]


def test_there_are_fixtures() -> None:
    assert sum(len(texts(folder)) for folder in FOLDERS) > 80


@cases("folder", FOLDERS)
def test_nothing_is_lost_below_a_head_without_a_word(folder: str, draw: Callable[..., list[Path]]) -> None:
    for path in draw(texts(folder), FOLDERS.index(folder), 8):
        text = path.read_text(encoding="utf-8-sig")
        own, problems = read(text, path.name)
        for head, above in HEADS.items() if own and path.name not in TWICE else ():
            objects, more = read(f"{above}{text}\n{FEET.get(head, '')}", "pasted.txt")
            assert objects == own or more > problems, (path, head)


@cases("head", HEADS)
def test_a_list_of_properties_is_one_whatever_other_lists_begin_with_one_of_them(head: str) -> None:
    own = read(INTERFACE, "a.txt")
    objects, problems = read(f"{HEADS[head]}{INTERFACE}{FEET.get(head, '')}", "a.txt")
    assert (objects, problems) == own
    assert objects["vpn_interface"] == 1


CONF = "conn win\n    keyexchange=ikev2\n    ike=aes256-sha256-modp2048!\n    esp=aes256!\n    left=203.0.113.7\n"


@cases("prompt", ["root@gw:~# ", "[root@gw ~]# ", "admin@gw:/etc$ ", "C:\\>", "PS C:\\> "])
def test_a_file_of_a_peer_that_a_shell_prints_is_read_whole(prompt: str) -> None:
    typed = (
        f"{prompt}cat /etc/ipsec.conf\n{CONF}{prompt}ipsec restart\nRedirecting to: systemctl restart ipsec.service\n"
    )
    assert read(typed, "pasted.txt") == read(CONF, "ipsec.conf")


@cases("name", ["netsh-ipsec-show/policy-verbose.txt", "netsh-ipsec-dynamic-show/running-policy.txt"])
def test_a_sentence_above_what_netsh_ipsec_shows_is_no_line_of_it(name: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8")
    assert read(HEADS["sentence"] + text, "pasted.txt") == read(text, "pasted.txt")
