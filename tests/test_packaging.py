"""What a release is made of: the bundle's Python, its installer, and the manifests of package managers."""

from __future__ import annotations

import hashlib
import json
import re
import runpy
import shutil
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from ipseclint.version import __version__
from tests import ROOT
from tests.powershell.shell.cmdlets import CMDLETS
from tests.powershell.shell.language import Call, Ran, Shell
from tests.powershell.shell.values import Thrown

PACKAGE = runpy.run_path(str(ROOT / ".ci" / "package.py"))
MANIFESTS = runpy.run_path(str(ROOT / ".ci" / "manifests.py"))
SHA256 = "0123456789abcdef" * 4


@pytest.fixture
def manifests(tmp_path: Path) -> Path:
    MANIFESTS["fill"](tmp_path, "7.8.9", SHA256)
    return tmp_path


def test_no_place_of_a_template_stays_empty(manifests: Path) -> None:
    files = [path for path in manifests.rglob("*") if path.is_file() and "gallery" not in path.parts]
    assert len(files) == 5
    for path in files:
        assert re.search(r"\bv?VERSION\b|\bSHA256\b", path.read_text(encoding="utf-8")) is None, path


def test_winget_has_the_three_documents_that_it_takes(manifests: Path) -> None:
    import yaml

    documents = {
        document["ManifestType"]: document
        for path in (manifests / "winget").glob("*.yaml")
        for document in [yaml.safe_load(path.read_text(encoding="utf-8"))]
    }
    assert set(documents) == {"version", "defaultLocale", "installer"}
    assert {(each["PackageIdentifier"], each["PackageVersion"]) for each in documents.values()} == {
        ("ipseclint.ipseclint", "7.8.9")
    }
    (installer,) = documents["installer"]["Installers"]
    assert installer["InstallerSha256"] == SHA256.upper()
    assert installer["InstallerUrl"].endswith("/releases/download/v7.8.9/ipseclint.exe")
    assert documents["version"]["DefaultLocale"] == documents["defaultLocale"]["PackageLocale"]


def test_chocolatey_takes_the_program_by_its_checksum(manifests: Path) -> None:
    space = "{http://schemas.microsoft.com/packaging/2015/06/nuspec.xsd}"
    package = etree.parse(str(manifests / "chocolatey" / "ipseclint.nuspec"))
    assert package.findtext(f"{space}metadata/{space}version") == "7.8.9"
    called: list[dict[str, Any]] = []

    def keep(call: Call) -> list[Any]:
        called.append(call.named)
        return []

    shell = Shell({**CMDLETS, "Get-ChocolateyWebFile": keep}, no_program)
    script = (manifests / "chocolatey" / "tools" / "chocolateyinstall.ps1").read_text(encoding="utf-8")
    shell.run(script.replace("$MyInvocation.MyCommand.Definition", "'/pkg/tools/chocolateyinstall.ps1'"))
    assert called == [
        {
            "packagename": "ipseclint",
            "filefullpath": "/pkg/tools/ipseclint.exe",
            "url64bit": "https://github.com/ipseclint/ipseclint/releases/download/v7.8.9/ipseclint.exe",
            "checksum64": SHA256.upper(),
            "checksumtype64": "sha256",
        }
    ]


def test_the_gallery_gets_the_module_with_its_collector(manifests: Path) -> None:
    module = manifests / "gallery" / "Ipseclint"
    assert {path.name for path in module.iterdir()} == {
        "Export-IpsecPolicy.ps1", "Ipseclint.Format.ps1xml", "Ipseclint.psd1", "Ipseclint.psm1", "LICENSE",
    }  # fmt: skip
    manifest = (module / "Ipseclint.psd1").read_text(encoding="utf-8")
    # What Publish-Module demands.
    for key in ("ModuleVersion", "GUID", "Author", "Description", "LicenseUri", "ProjectUri", "Tags"):
        assert re.search(rf"^\s*{key}\s+= \S", manifest, re.MULTILINE), key


def test_the_workflow_downloads_what_the_script_knows_the_checksums_of() -> None:
    workflow = (ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8")
    names = {name for name, _ in PACKAGE["EMBEDDABLE"].values()}
    assert set(re.findall(r"for name in ([^;]+);", workflow)[0].split()) == names
    assert {name for name in names if f"--embeddable {name}" in workflow} == names
    assert set(re.findall(r"--platform (\w+)", workflow)) == set(PACKAGE["EMBEDDABLE"])
    assert ".ci/manifests.py windows/ipseclint.exe manifests" in workflow


def test_the_release_packs_what_it_signed_and_pins_what_it_uses() -> None:
    import yaml

    text = (ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8")
    jobs = yaml.safe_load(text)["jobs"]
    used = re.findall(r"uses: (\S+)", text)
    assert len(used) > 10
    assert [use for use in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", use)] == []
    # Secrets reach one script, as variables, and nothing is spliced into a command.
    assert "${{" not in "".join(step.get("run", "") for job in jobs.values() for step in job["steps"])
    signing = [step for job in jobs.values() for step in job["steps"] if "secrets." in str(step)]
    assert [step["run"].split()[0] for step in signing] == ["./.ci/sign.ps1"] * 2
    kept = next(step["with"]["path"].split() for step in jobs["scripts"]["steps"] if "upload" in step.get("uses", ""))
    assert ", ".join(kept) == signing[0]["run"].partition("-Path ")[2]
    assert all((ROOT / path).exists() for path in kept)
    runs = [step.get("run") or step.get("with", {}).get("name", "") for step in jobs["build"]["steps"]]
    gate = next(number for number, run in enumerate(runs) if "--long" in run)
    assert jobs["build"]["needs"] == "scripts"
    assert runs.index("scripts") > gate, "the tests are of the repository's own files"
    assert ".ci/package.py" in "".join(runs[runs.index("scripts") :])
    assert {"build", "windows"} <= set(jobs["publish"]["needs"])


def test_an_embeddable_python_finds_packages_and_another_is_refused(tmp_path: Path) -> None:
    archive = tmp_path / "python-3.12.10-embed-amd64.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("python.exe", "MZ")
        packed.writestr(
            "python312._pth", "python312.zip\n.\n\n# Uncomment to run site.main() automatically\n#import site\n"
        )
    known = hashlib.sha256(archive.read_bytes()).hexdigest()
    packages = PACKAGE["unpack_python"](archive, known, tmp_path / "python")
    assert packages == tmp_path / "python" / "Lib" / "site-packages"
    lines = (tmp_path / "python" / "python312._pth").read_text(encoding="utf-8").splitlines()
    assert lines[-1] == "Lib\\site-packages"
    with pytest.raises(SystemExit, match=r"not what python\.org published"):
        PACKAGE["unpack_python"](archive, PACKAGE["EMBEDDABLE"]["win_amd64"][1], tmp_path / "other")


def test_what_only_windows_needs_is_missed(tmp_path: Path) -> None:
    def wheel(name: str, *needs: str) -> None:
        with zipfile.ZipFile(tmp_path / f"{name}-1.0-py3-none-any.whl", "w") as packed:
            packed.writestr(f"{name}-1.0.dist-info/METADATA", "".join(f"Requires-Dist: {need}\n" for need in needs))

    wheel(
        "typer", "click>=8", 'colorama; platform_system == "Windows"', 'x; sys_platform == "linux"', "y; extra == 'z'"
    )
    wheel("Click_", 'arm>=2; platform_machine == "ARM64"', 'new; python_version >= "3.13"')
    assert PACKAGE["absent"](tmp_path, "win_amd64") == ["click>=8", "colorama"]
    wheel("click")
    wheel("colorama")
    assert PACKAGE["absent"](tmp_path, "win_amd64") == []
    assert PACKAGE["absent"](tmp_path, "win_arm64") == ["arm>=2"]


def no_program(name: str, words: list[str]) -> Ran:
    raise AssertionError((name, words))


def bundle(folder: Path, *, has_python: bool, wheels: tuple[str, ...] = ()) -> Path:
    """A bundle as it lies unpacked."""
    shutil.copytree(ROOT / "powershell" / "Ipseclint", folder / "Ipseclint")
    (folder / "wheels").mkdir()
    for wheel in wheels:
        (folder / "wheels" / wheel).touch()
    if has_python:
        (folder / "python" / "Lib").mkdir(parents=True)
        (folder / "python" / "python.exe").touch()
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    sums = "".join(f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names)
    (folder / "SHA256SUMS").write_text(sums, encoding="utf-8")
    return folder


class Desk:
    """A machine on which the installer runs."""

    def __init__(self, folder: Path, version: tuple[int, ...] = (5, 1)) -> None:
        self.calls: list[list[str]] = []
        self.programs = folder / "Program Files"
        (folder / "bin").mkdir(parents=True)
        self.python = folder / "bin" / "python"
        environment = {"ProgramFiles": str(self.programs), "PATH": str(folder / "bin")}
        self.shell = Shell(CMDLETS, self.program, version=version, environment=environment, constrained=True)

    def program(self, name: str, words: list[str]) -> Ran:
        self.calls.append([name, *words])
        return Ran(0)

    def install(self, files: Path, **asked: Any) -> None:
        self.shell.script((ROOT / "powershell" / "install.ps1").read_text(encoding="utf-8"), asked, str(files))


def test_the_installer_uses_the_wheels_beside_it_alone(tmp_path: Path) -> None:
    wheels = ("ipseclint-1-py3-none-any.whl", "evtx-0.8-cp312-cp312-win_amd64.whl", "duckdb-1.1-cp312-x.whl")
    files = bundle(tmp_path / "a b's [1]", has_python=False, wheels=wheels)
    desk = Desk(tmp_path)
    with pytest.raises(Thrown, match="No Python was found"):
        desk.install(files)
    desk.python.touch()
    desk.install(files)
    target = desk.programs / "ipseclint"
    assert desk.calls == [
        [str(desk.python), "-m", "venv", str(target)],
        [str(target / "Scripts" / "python.exe"), "-m", "pip", "install", "--quiet", "--upgrade", "--no-index",
         "--find-links",
         str(files / "wheels"), "ipseclint[fleet,evtx]"],
    ]  # fmt: skip
    assert (desk.programs / "WindowsPowerShell" / "Modules" / "Ipseclint" / "Ipseclint.psd1").is_file()


def test_the_installer_copies_the_python_that_is_packed(tmp_path: Path) -> None:
    files = bundle(tmp_path / "files", has_python=True)
    desk = Desk(tmp_path)
    old = desk.programs / "ipseclint" / "python" / "Lib" / "site-packages" / "gone.py"
    old.parent.mkdir(parents=True)
    old.touch()
    desk.install(files)
    assert desk.calls == []
    assert (desk.programs / "ipseclint" / "python" / "python.exe").is_file()
    assert not old.exists(), "nothing of an older version stays"


def test_the_installer_changes_nothing_where_it_is_only_asked_or_a_file_differs(tmp_path: Path) -> None:
    files = bundle(tmp_path / "files", has_python=True)
    desk = Desk(tmp_path)
    desk.install(files, WhatIf=True)
    assert not desk.programs.exists()
    (files / "Ipseclint" / "Ipseclint.psm1").write_text("other", encoding="utf-8")
    with pytest.raises(Thrown, match=r"Ipseclint/Ipseclint\.psm1 is not what was packed"):
        desk.install(files)
    assert not desk.programs.exists()


def test_the_version_of_manifests_is_the_program_s(tmp_path: Path) -> None:
    (tmp_path / "ipseclint.exe").write_bytes(b"MZ")
    assert __version__ in (ROOT / "powershell" / "Ipseclint" / "Ipseclint.psd1").read_text(encoding="utf-8")


CONTAINERFILE = (ROOT / "packaging" / "Containerfile").read_text(encoding="utf-8")


def steps(text: str) -> list[list[tuple[str, str]]]:
    """The instructions of each stage of a Containerfile, with what they are given."""
    lines = re.sub(r"\\\n", " ", re.sub(r"(?m)^#.*\n", "", text)).splitlines()
    stages: list[list[tuple[str, str]]] = []
    for line in filter(None, lines):
        instruction, _, given = line.partition(" ")
        if instruction == "FROM":
            stages.append([])
        stages[-1].append((instruction, given.strip()))
    return stages


def test_the_container_is_built_of_what_the_wheel_needs_and_runs_without_root() -> None:
    build, final = steps(CONTAINERFILE)
    known = {"FROM", "COPY", "RUN", "USER", "WORKDIR", "ENV", "ENTRYPOINT", "CMD"}
    assert {instruction for instruction, _ in (*build, *final)} <= known
    copied = [word for instruction, given in build if instruction == "COPY" for word in given.split()[:-1]]
    assert [name for name in copied if not (ROOT / name).exists()] == []
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = [
        *wheel["packages"],
        *wheel["force-include"],
        project["project"]["readme"],
        *project["project"]["license-files"],
    ]
    assert [name for name in needed if not any(f"{name}/".startswith(f"{given}/") for given in copied)] == []
    extras = re.search(r"/source\[([a-z,]+)\]", CONTAINERFILE)
    assert extras is not None
    assert set(extras[1].split(",")) <= set(project["project"]["optional-dependencies"])
    names = [instruction for instruction, _ in final]
    assert dict(final)["USER"] not in {"root", "0"}
    assert "RUN" not in names[names.index("USER") :]
    assert json.loads(dict(final)["ENTRYPOINT"]) == ["ipseclint"]
    assert dict(final)["ENV"].startswith("PATH=/opt/ipseclint/bin:")
