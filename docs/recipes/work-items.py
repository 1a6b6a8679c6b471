"""Makes a work item of Azure Boards for each finding of a SARIF report that has none yet, the worst first.

    ipseclint check gpo -o sarif:ipseclint.sarif
    python work-items.py ipseclint.sarif --org https://dev.azure.com/corp --project Network

Needs the Azure CLI on Linux, signed in (`az login`, or a token in AZURE_DEVOPS_EXT_PAT); its extension comes by itself.
A work item is known by a tag with the finding's fingerprint, so that a second run makes none twice.
What is waived is left out.
"""

from __future__ import annotations

import argparse
import html
import json
import re
import subprocess
from pathlib import Path
from typing import Any

GRAVITY = {"error": 0, "warning": 1, "note": 2}
MAX_TITLE = 255  # characters, of System.Title


def main() -> None:
    """Make the work items that are missing, and say how many."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("report", type=Path)
    parser.add_argument("--org", required=True)
    parser.add_argument("--project", required=True)
    parser.add_argument("--type", default="Issue", help="the type of the work items, such as Bug")
    parser.add_argument("--level", default="error", choices=list(GRAVITY), help="the least that makes one")
    parser.add_argument("--most", default=50, type=int, help="how many are made in one run")
    arguments = parser.parse_args()
    (run,) = json.loads(arguments.report.read_text(encoding="utf-8"))["runs"]
    results = {tag(each): each for each in run["results"] if not each.get("suppressions")}
    where = ["--org", arguments.org, "--project", arguments.project, "--output", "json"]
    made, left = 0, 0
    for mark, result in sorted(results.items(), key=lambda pair: GRAVITY[pair[1]["level"]]):
        if GRAVITY[result["level"]] > GRAVITY[arguments.level]:
            continue
        asked = f"SELECT [System.Id] FROM WorkItems WHERE [System.Tags] CONTAINS '{mark}'"
        if azure("query", "--wiql", asked, *where):
            continue
        if made == arguments.most:
            left += 1
            continue
        title, description = texts(result)
        words = ["--title", title, "--type", arguments.type, "--description", description]
        azure("work-item", "create", *words, "--fields", f"System.Tags=ipseclint; {mark}", *where)
        made += 1
    print(f"{made} work items made, {left} more to be made")


def tag(result: dict[str, Any]) -> str:
    """The tag of a finding: its fingerprint, which no text of the policy can shape."""
    fingerprint = result["partialFingerprints"]["ipseclint/v1"]
    if not re.fullmatch("[0-9a-f]+", fingerprint):
        raise SystemExit(f"{fingerprint} is no fingerprint")
    return f"ipseclint-{fingerprint}"


def texts(result: dict[str, Any]) -> tuple[str, str]:
    """The title and the description, which is HTML. Neither begins as a file's name does for the Azure CLI, with @."""
    place = result["locations"][0]["physicalLocation"]
    where = f"{place['artifactLocation']['uri']}:{place['region']['startLine']}"
    message = " ".join(result["message"]["text"].split())
    return f"{result['ruleId']} {message}"[:MAX_TITLE], f"<p>{html.escape(message)}</p><p>{html.escape(where)}</p>"


def azure(*words: str) -> Any:
    """What `az boards` answers."""
    ran = subprocess.run(["az", "boards", *words], check=True, capture_output=True, text=True)
    return json.loads(ran.stdout or "null")


if __name__ == "__main__":
    main()
