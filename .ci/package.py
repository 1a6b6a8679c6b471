"""What a release holds: wheel, source, zipapp, single file, and the offline bundles; each is tried out here.

`python .ci/package.py DIR` writes them into DIR. `--platform` names what a bundle has wheels for, as pip calls it
(win_amd64, win_arm64); `local`, the default, is this machine, and only that bundle can be installed here. `--embeddable
FILE` is the embeddable Python of a platform, downloaded from python.org before; its checksum is known here.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
PYTHON = "3.12"
EXTRAS = {"local": "evtx,cel", "win_amd64": "evtx,cel,fleet,png", "win_arm64": "fleet,png"}
"""What a bundle has besides: evtx and common-expression-language publish no wheels for Windows on ARM."""

EMBEDDABLE = {
    "win_amd64": (
        "python-3.12.10-embed-amd64.zip",
        "4acbed6dd1c744b0376e3b1cf57ce906f9dc9e95e68824584c8099a63025a3c3",
    ),
    "win_arm64": (
        "python-3.12.10-embed-arm64.zip",
        "3065efc3d382d1cda66757ac71ade11904fa6e350f5a97eb74811acd71ba5532",
    ),
}
"""The last of Python 3.12 that python.org publishes programs of, and their SHA-256."""

NO_NETWORK = """import runpy, sys
def refuse(event, arguments):
    if event.startswith("socket."):
        sys.stderr.write(f"{event}: no network call was to be made\\n")
        sys.exit(99)
sys.addaudithook(refuse)
sys.argv[0] = "ipseclint"
runpy.run_module("ipseclint", run_name="__main__")
"""
"""Runs the program so that it ends at its first use of a socket."""

# A virtual environment may have no pip of its own: the Python below it has one.
BASE = Path(sys._base_executable)  # type: ignore[attr-defined]  # noqa: SLF001


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--platform", action="append", choices=list(EXTRAS))
    parser.add_argument("--embeddable", action="append", default=[], type=Path, metavar="FILE")
    parser.add_argument("--bundles-only", action="store_true", help="the wheel and the bundles, no single files")
    arguments = parser.parse_args()
    os.environ.pop("PYTHONPATH", None)  # what is built is tried out, not what lies beside it
    folder: Path = arguments.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        tools = environment(work / "tools", "build", "shiv", "pyinstaller", "cyclonedx-bom", str(ROOT))
        run(tools / "python", "-m", "build", "--quiet", "--outdir", folder, ROOT)
        (wheel,) = folder.glob("ipseclint-*.whl")
        if not arguments.bundles_only:
            single_files(wheel, tools, folder, work)
        embeddable = {path.name: path for path in arguments.embeddable}
        for platform in arguments.platform or ["local"]:
            archive, _ = EMBEDDABLE.get(platform, ("", ""))
            file = folder / f"ipseclint-offline{'' if platform == 'local' else f'-{platform}'}.zip"
            bundle(wheel, tools, file, platform, embeddable.get(archive), work / platform)
            if platform == "local":
                install_offline(file, work / "offline")
    for path in sorted(folder.iterdir()):
        print(f"{path.stat().st_size / 2**20:8.1f} MB  {path.name}")
    return 0


def environment(folder: Path, *packages: str) -> Path:
    """A virtual environment with some packages; the folder of its programs."""
    run(BASE, "-m", "venv", "--without-pip", folder)
    run(BASE, "-m", "pip", "--python", folder, "install", "--quiet", *packages)
    return folder / ("Scripts" if sys.platform == "win32" else "bin")


def single_files(wheel: Path, tools: Path, folder: Path, work: Path) -> None:
    """The zipapp and the single file of this system."""
    zipapp = folder / "ipseclint.pyz"
    run(tools / "shiv", "--quiet", "--console-script", "ipseclint", "--output-file", zipapp, wheel)
    try_out(work / "zipapp", sys.executable, zipapp)
    spec = ROOT / "packaging" / "ipseclint.spec"
    where = ("--distpath", work, "--workpath", work / "w")
    run(tools / "pyinstaller", "--noconfirm", "--log-level", "ERROR", *where, spec)
    try_out(work / "single", shutil.move(next(work.glob("ipseclint*")), folder))


def bundle(wheel: Path, tools: Path, file: Path, platform: str, embeddable: Path | None, work: Path) -> None:
    """The offline bundle: wheels, module, collector, list of contents, checksums, and the script that installs it."""
    folder = work / "bundle"
    wheels = folder / "wheels"
    wheels.mkdir(parents=True)
    foreign = ["--platform", platform, "--python-version", PYTHON, "--only-binary", ":all:"]
    only = [] if platform == "local" else foreign
    wanted = f"{wheel}[{EXTRAS[platform]}]"
    run(BASE, "-m", "pip", "download", "--quiet", *only, "--dest", wheels, wanted)
    while platform != "local" and (names := absent(wheels, platform)):
        run(BASE, "-m", "pip", "download", "--quiet", *only, "--no-deps", "--dest", wheels, *names)
    if embeddable is not None:
        python = unpack_python(embeddable, EMBEDDABLE[platform][1], folder / "python")
        whole = ["--no-index", "--no-deps", "--no-compile", "--ignore-requires-python"]
        run(BASE, "-m", "pip", "install", "--quiet", *only, *whole, "--target", python, *sorted(wheels.iterdir()))
    shutil.copytree(ROOT / "powershell" / "Ipseclint", folder / "Ipseclint")
    shutil.copy(ROOT / "linter" / "ipseclint" / "collect" / "Export-IpsecPolicy.ps1", folder / "Ipseclint")
    for path in (ROOT / "powershell" / "install.ps1", ROOT / "LICENSE", ROOT / "README.md"):
        shutil.copy(path, folder)
    write_contents(tools, wheel, wheels, folder / "sbom.cdx.json", work, embeddable)
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    sums = "".join(f"{checksum(folder / name)}  {name}\n" for name in names)
    (folder / "SHA256SUMS").write_text(sums, encoding="utf-8", newline="\n")
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in [*names, "SHA256SUMS"]:
            archive.write(folder / name, name)


def absent(wheels: Path, platform: str) -> list[str]:
    """What the wheels need on a platform and none of them is: pip asks what this machine needs, whatever it fetches."""
    machine = {"win_amd64": "AMD64", "win_arm64": "ARM64"}[platform]
    target = {"platform_system": "Windows", "sys_platform": "win32", "os_name": "nt", "platform_machine": machine}
    target |= {"python_version": PYTHON, "python_full_version": f"{PYTHON}.10"}
    held = dict(named(path.name) for path in wheels.glob("*.whl"))
    needed = set()
    for path in wheels.glob("*.whl"):
        with zipfile.ZipFile(path) as archive:
            (name,) = (name for name in archive.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", name))
            lines = archive.read(name).decode().splitlines()
        for line in lines:
            if line.startswith("Requires-Dist: "):
                requirement = Requirement(line.removeprefix("Requires-Dist: "))
                if requirement.marker is None or requirement.marker.evaluate({**target, "extra": ""}):
                    needed.add(str(requirement).partition(";")[0].strip())
    return sorted(each for each in needed if normal(Requirement(each).name) not in held)


def unpack_python(archive: Path, expected: str, folder: Path) -> Path:
    """Unpack the embeddable Python so that it finds packages; the folder for these. Exits if it is another one."""
    if checksum(archive) != expected:
        raise SystemExit(f"{archive.name} is not what python.org published")
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(folder)
    (paths,) = folder.glob("python*._pth")
    # This file alone says where such a Python looks.
    paths.write_text(paths.read_text(encoding="utf-8").rstrip() + "\nLib\\site-packages\n", encoding="utf-8")
    return folder / "Lib" / "site-packages"


def write_contents(tools: Path, wheel: Path, wheels: Path, file: Path, work: Path, embeddable: Path | None) -> None:
    """The list of what the bundle holds, as CycloneDX, held to its published schema and to the wheels."""
    programs = environment(work / "listed", str(wheel))
    run(tools / "cyclonedx-py", "environment", programs / "python", "--output-file", file)
    listed = json.loads(file.read_text(encoding="utf-8"))
    held = dict(named(path.name) for path in wheels.iterdir())
    kept = [each for each in listed["components"] if normal(each["name"]) in held]
    missing = held.keys() - {normal(each["name"]) for each in kept}
    # What only Windows needs, and the extras.
    kept += [{"type": "library", "name": name, "bom-ref": name, "version": held[name]} for name in sorted(missing)]
    for each in kept:
        each["version"] = held[normal(each["name"])]
        each["purl"] = f"pkg:pypi/{normal(each['name'])}@{each['version']}"
    version = named(wheel.name)[1]
    kept.append({"type": "application", "name": "Ipseclint for PowerShell", "bom-ref": "module", "version": version})
    if embeddable is not None:
        python = {"type": "platform", "name": "python", "bom-ref": "python", "version": embeddable.name.split("-")[1]}
        kept.append(python | {"hashes": [{"alg": "SHA-256", "content": checksum(embeddable)}]})
    listed["metadata"]["component"] = {
        "type": "application", "name": "ipseclint-offline", "bom-ref": "bundle", "version": version,
    }  # fmt: skip
    references = {each["bom-ref"] for each in kept}
    edges = [each for each in listed.get("dependencies", []) if each["ref"] in references]
    for edge in edges:
        edge["dependsOn"] = [each for each in edge.get("dependsOn", []) if each in references]
    listed |= {"components": kept, "dependencies": edges}
    file.write_text(json.dumps(listed, indent=2) + "\n", encoding="utf-8")
    run(tools / "python", "-c", VALIDATE, file)


VALIDATE = """import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
sys.exit(JsonStrictValidator(SchemaVersion.V1_6).validate_str(open(sys.argv[1], encoding="utf-8").read()) and 1)
"""
"""Holds a list of contents to the published schema of CycloneDX 1.6."""


def normal(name: str) -> str:
    """The one spelling of a package's name."""
    return re.sub(r"[-_.]+", "-", name).lower()


def named(wheel: str) -> tuple[str, str]:
    """The package of a wheel by its file name, and its version."""
    name, version, *_ = wheel.split("-")
    return normal(name), version


def checksum(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def install_offline(file: Path, folder: Path) -> None:
    """Install from the bundle in a clean environment, with no index, and try the program out."""
    with zipfile.ZipFile(file) as archive:
        archive.extractall(folder / "files")
    for line in (folder / "files" / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
        expected, _, name = line.partition("  ")
        if checksum(folder / "files" / name) != expected:
            raise SystemExit(f"{name} differs from SHA256SUMS")
    wheels = folder / "files" / "wheels"
    wanted = f"ipseclint[{EXTRAS['local']}]"
    programs = environment(folder / "venv", "--no-index", "--find-links", str(wheels), wanted)
    try_out(folder / "desk", programs / "ipseclint")
    guard = folder / "no_network.py"
    guard.write_text(NO_NETWORK, encoding="utf-8")
    try_out(folder / "unplugged", programs / "python", guard)


def try_out(folder: Path, *program: Path | str) -> None:
    """What one does first: the version, the demo, README's example as text and as a page, an error, a repair."""
    folder.mkdir(parents=True, exist_ok=True)
    run(*program, "--version")
    run(*program, "demo", folder / "desk")
    example = ROOT / "fixtures" / "runs" / "first" / "policy.cmd"
    page, script = folder / "report.html", folder / "fix.ps1"
    answers = (
        (1, "error[QD002] few-quick-modes-per-main-mode", [folder / "desk" / "policy.cmd"]),
        (1, "error[QD002] few-quick-modes-per-main-mode", [example]),
        (0, "13811 (0x35F3) ERROR_IPSEC_IKE_QUEUE_DROP_MM", ["explain", "13811"]),
        (1, "", [example, "-o", f"html:{page}"]),
        (0, "", ["fix", example, "-o", script]),
        (0, "", ["rules", "--all", "-o", f"json:{folder / 'rules.json'}"]),
    )
    for code, beginning, words in answers:
        ran = subprocess.run([*program, *words], capture_output=True, check=False)
        if ran.returncode != code or not ran.stdout.decode().startswith(beginning):
            raise SystemExit(f"{program[-1]} {words[0]} ended with {ran.returncode}: {ran.stderr.decode()[:400]}")
    if "<title>" not in page.read_text(encoding="utf-8") or "-Rollback" not in script.read_text(encoding="utf-8"):
        raise SystemExit(f"{program[-1]}: the page or the repair is not what it should be")
    names = {row["code"] for row in json.loads((folder / "rules.json").read_text(encoding="utf-8"))}
    if not {"QD001", "AU001", "RT001"} <= names:
        raise SystemExit(f"{program[-1]}: it lost rules: {len(names)} are left")


def run(*words: Path | str) -> None:
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main())
