"""What a release holds: wheel, source, zipapp, single file, and the offline bundle; each is tried out here.

`python .ci/package.py DIR` writes them into DIR. `--platform` names what the bundle has wheels for, as pip calls it
(win_amd64, win_arm64); `local`, the default, is this machine, and only that bundle can be installed here.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
PYTHON = "3.12"
WITHOUT_EXTRAS = {"win_arm64"}  # no wheels of the extras are published for it

# A virtual environment may have no pip of its own: the Python below it has one.
BASE = Path(sys._base_executable)  # type: ignore[attr-defined]  # noqa: SLF001


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--platform", action="append", default=[])
    arguments = parser.parse_args()
    folder: Path = arguments.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        tools = environment(work / "tools", "build", "shiv", "pyinstaller", "cyclonedx-bom", str(ROOT))
        run(tools / "python", "-m", "build", "--quiet", "--outdir", folder, ROOT)
        (wheel,) = folder.glob("ipseclint-*.whl")
        run(
            tools / "shiv", "--quiet", "--console-script", "ipseclint", "--output-file", folder / "ipseclint.pyz", wheel
        )
        try_out(work / "zipapp", sys.executable, folder / "ipseclint.pyz")
        spec = ROOT / "packaging" / "ipseclint.spec"
        run(
            tools / "pyinstaller",
            "--noconfirm",
            "--log-level",
            "ERROR",
            "--distpath",
            work,
            "--workpath",
            work / "w",
            spec,
        )
        single = shutil.move(next(work.glob("ipseclint*")), folder)
        try_out(work / "single", single)
        bundle(wheel, tools, folder / "ipseclint-offline.zip", arguments.platform or ["local"], work)
        if "local" in (arguments.platform or ["local"]):
            install_offline(folder / "ipseclint-offline.zip", work / "offline")
    for path in sorted(folder.iterdir()):
        print(f"{path.stat().st_size / 2**20:8.1f} MB  {path.name}")
    return 0


def environment(folder: Path, *packages: str) -> Path:
    """A virtual environment with some packages; the folder of its programs."""
    run(BASE, "-m", "venv", "--without-pip", folder)
    run(BASE, "-m", "pip", "--python", folder, "install", "--quiet", *packages)
    return folder / ("Scripts" if sys.platform == "win32" else "bin")


def bundle(wheel: Path, tools: Path, file: Path, platforms: list[str], work: Path) -> None:
    """The offline bundle: wheels, module, collector, list of contents, checksums, and the script that installs it."""
    folder = work / "bundle"
    wheels = folder / "wheels"
    wheels.mkdir(parents=True)
    for platform in platforms:
        only = (
            []
            if platform == "local"
            else ["--platform", platform, "--python-version", PYTHON, "--only-binary", ":all:"]
        )
        run(BASE, "-m", "pip", "download", "--quiet", *only, "--dest", wheels, f"{wheel}[evtx,cel]")
    shutil.copytree(ROOT / "powershell" / "Ipseclint", folder / "Ipseclint")
    shutil.copy(ROOT / "linter" / "ipseclint" / "collect" / "Export-IpsecPolicy.ps1", folder / "Ipseclint")
    for path in (ROOT / "powershell" / "install.ps1", ROOT / "LICENSE", ROOT / "README.md"):
        shutil.copy(path, folder)
    programs = environment(work / "listed", str(wheel))
    run(tools / "cyclonedx-py", "environment", programs / "python", "--output-file", folder / "sbom.cdx.json")
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    sums = "".join(f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names)
    (folder / "SHA256SUMS").write_text(sums, encoding="utf-8", newline="\n")
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in [*names, "SHA256SUMS"]:
            archive.write(folder / name, name)


def install_offline(file: Path, folder: Path) -> None:
    """Install from the bundle in a clean environment, with no index, and try the program out."""
    with zipfile.ZipFile(file) as archive:
        archive.extractall(folder / "files")
    for line in (folder / "files" / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
        expected, _, name = line.partition("  ")
        if hashlib.sha256((folder / "files" / name).read_bytes()).hexdigest() != expected:
            raise SystemExit(f"{name} differs from SHA256SUMS")
    wheels = folder / "files" / "wheels"
    programs = environment(folder / "venv", "--no-index", "--find-links", str(wheels), "ipseclint")
    try_out(folder / "desk", programs / "ipseclint")


def try_out(folder: Path, *program: Path | str) -> None:
    """Ask for the version, write the demo and check its policy, which has findings."""
    folder.mkdir(parents=True, exist_ok=True)
    run(*program, "--version")
    run(*program, "demo", folder / "desk")
    checked = subprocess.run([*program, folder / "desk" / "policy.cmd", "--quiet"], capture_output=True, check=False)
    if checked.returncode != 1:
        raise SystemExit(f"{program[-1]}: exit code 1 was expected, it ended with {checked.returncode}")


def run(*words: Path | str) -> None:
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main())
