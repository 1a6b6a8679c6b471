"""Fills the templates of packaging/ for winget, Chocolatey and the PowerShell Gallery from a release's single file.

`python .ci/manifests.py ipseclint.exe DIR` writes winget/, chocolatey/ and gallery/Ipseclint/ into DIR: what
`winget validate`, `choco pack` and `Publish-Module` take.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import runpy
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PLACES = re.compile(r"\b(v?)(VERSION|SHA256)\b")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=Path)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    version = runpy.run_path(str(ROOT / "linter" / "ipseclint" / "version.py"))["__version__"]
    fill(arguments.folder, version, hashlib.sha256(arguments.program.read_bytes()).hexdigest())
    return 0


def fill(folder: Path, version: str, sha256: str) -> None:
    """Write every template with the version and the checksum; and the module with its collector."""
    values = {"VERSION": version, "SHA256": sha256.upper()}
    packaging = ROOT / "packaging"
    for template in sorted((*(packaging / "winget").glob("*"), *(packaging / "chocolatey").rglob("*.*"))):
        text = template.read_text(encoding="utf-8")
        lines = [line for line in text.splitlines() if "A template:" not in line]
        filled = PLACES.sub(lambda match: match[1] + values[match[2]], "\n".join(lines) + "\n")
        target = folder / template.relative_to(packaging)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(filled, encoding="utf-8", newline="\n")
    module = folder / "gallery" / "Ipseclint"
    shutil.copytree(ROOT / "powershell" / "Ipseclint", module)
    shutil.copy(ROOT / "linter" / "ipseclint" / "collect" / "Export-IpsecPolicy.ps1", module)
    shutil.copy(ROOT / "LICENSE", module)


if __name__ == "__main__":
    sys.exit(main())
