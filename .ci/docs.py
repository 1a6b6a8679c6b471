"""Write docs/rules/: a page a rule, from its docstring, its options, the ruleset's values and its fixtures.

The list of outputs in docs/pipeline.md is written too.

`.venv/bin/python .ci/docs.py` writes the pages; with `--check` it only says which are stale.
"""

from __future__ import annotations

import re
import sys
import textwrap
import tomllib
from collections.abc import Iterator
from pathlib import Path

from ipseclint.engine.apply_rules import Plan
from ipseclint.engine.configuration.starter import default_of, example_of, keys
from ipseclint.engine.configuration.toml_text import toml_value
from ipseclint.engine.explain.rule import basis_words, citation_words
from ipseclint.engine.inputs.paths import candidates
from ipseclint.engine.job import Job
from ipseclint.engine.keys.gate import find_keys
from ipseclint.engine.keys.snippets import snippet
from ipseclint.engine.rulesets.ruleset import Ruleset, load_ruleset
from ipseclint.engine.run import check
from ipseclint.finding import Finding
from ipseclint.model.site import Site
from ipseclint.reporters import format_names
from ipseclint.rule import Rule
from ipseclint.rules import all_rules
from ipseclint.source import Span, file_source
from ipseclint.vocabulary.windows_errors import error_name

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT)]

import policy_pages  # noqa: E402 - it needs the tests' helper of well-built policies

PAGES = ROOT / "docs" / "rules"
MAX_LINES = 12
FAMILIES = {
    "QD": "Queue, load and timing",
    "DP": "Denial-of-service protection",
    "EX": "Exemptions and bootstrapping",
    "FL": "Filter conflicts",
    "RF": "References, validity, enforcement",
    "AU": "Authentication",
    "CR": "Cryptography",
    "RT": "Run-time evidence",
}


def pages() -> dict[str, str]:
    """The text of every page by its file name."""
    ruleset = load_ruleset("default")
    found = {f"{rule.code}-{rule.name}.md": "\n".join(_page(rule, ruleset)) + "\n" for rule in all_rules()}
    found["README.md"] = "\n".join(_index(ruleset)) + "\n"
    found["../configuration.md"] = _configuration((PAGES / "../configuration.md").read_text(encoding="utf-8"))
    found["../well-built-policies.md"] = "\n".join(policy_pages.well_built()) + "\n"
    found["../unverified.md"] = "\n".join(policy_pages.unverified()) + "\n"
    found["../pipeline.md"] = _with_outputs((PAGES / "../pipeline.md").read_text(encoding="utf-8"))
    return found


def _with_outputs(text: str) -> str:
    """A page with the list of outputs brought up to date."""
    *others, last = (f"`{name}`" for name in format_names())
    words = f"Formats: {', '.join(others)} and {last}. One can go to standard output, any number to files."
    return re.sub(r"^Formats: .*?(?=\n\n)", textwrap.fill(words, 120), text, flags=re.DOTALL | re.MULTILINE)


def _configuration(text: str) -> str:
    """A page with the table of keys brought up to date."""
    rows = ["| key | means | default | example |", "|---|---|---|---|"]
    for key, field in keys():
        example, default = toml_value(example_of(field)), default_of(field)
        rows.append(f"| `{key}` | {field.description} | {_code(default)} | `{example}` |")
    table = "\n".join(rows)
    return re.sub(r"^\| key \|.*?(?=\n\n)", lambda _: table, text, flags=re.DOTALL | re.MULTILINE)


def _code(default: str) -> str:
    return default if " " in default and not default.startswith("[") else f"`{default}`"


def _index(ruleset: Ruleset) -> Iterator[str]:
    yield "# The rules"
    yield ""
    yield f"{len(all_rules())} rules, with their severity in `{ruleset.label}`. `ipseclint explain CODE` says the same."
    for family, title in FAMILIES.items():
        rules = [rule for rule in all_rules() if rule.family == family]
        if not rules:
            continue
        yield ""
        yield f"## {family}: {title}"
        yield ""
        yield "| code | name | severity | detects |"
        yield "|---|---|---|---|"
        for rule in rules:
            settings = ruleset.settings(rule)
            state = settings.severity.value if settings.enabled else f"{settings.severity.value}, off"
            link = f"[{rule.name}]({rule.code}-{rule.name}.md)"
            yield f"| {rule.code} | {link} | {state} | {rule.text.summary} |"


def _page(rule: Rule, ruleset: Ruleset) -> Iterator[str]:
    settings = ruleset.settings(rule)
    yield f"# {rule.code} {rule.name}"
    yield ""
    yield rule.text.summary
    yield ""
    yield f"Severity in `{ruleset.label}`: {settings.severity.value}{'' if settings.enabled else ', off by default'}. "
    yield f"Basis: {basis_words(rule)}."
    if rule.needs:
        yield ""
        yield f"Needs {', '.join(f'`site.{need}`' for need in rule.needs)} in `ipseclint.toml`."
    for heading in ("Why", "Seen as"):
        yield from _section(rule, heading)
    if rule.leads_to:
        yield ""
        yield "Leads to:"
        yield ""
        yield from (f"- {code} (0x{code:X}) `{error_name(code)}`" for code in rule.leads_to)
    yield from _examples(rule, ruleset)
    yield from _section(rule, "Waive")
    if settings.options:
        yield ""
        yield "## Numbers"
        yield ""
        yield "| option | value |"
        yield "|---|---|"
        yield from (f"| `{key}` | `{value}` |" for key, value in settings.options.items())
    if settings.cite:
        yield ""
        yield "## Sources"
        yield ""
        yield from (f"- {key}: {citation_words(key, ruleset.sources)}" for key in settings.cite)


def _section(rule: Rule, heading: str) -> Iterator[str]:
    yield ""
    yield f"## {heading}"
    yield ""
    yield rule.text.section(heading) or ""


def _examples(rule: Rule, ruleset: Ruleset) -> Iterator[str]:
    bad, findings = _first_bad(rule, ruleset)
    yield from _section(rule, "Bad")
    if bad is not None and findings:
        yield ""
        yield f"`{bad.name}` gives, at line {findings[0].span.line}, column {findings[0].span.column}:"
        yield ""
        yield f"> {findings[0].message}"
        yield ""
        yield from _excerpt(bad, findings[0].span.line)
    yield from _section(rule, "Good")
    yield from _section(rule, "Fix")
    fix = next((each.fix for each in findings if each.fix and (each.fix.netsh or each.fix.powershell)), None)
    if fix is not None:
        for language, text in (("bat", fix.netsh), ("powershell", fix.powershell)):
            if text:
                yield ""
                yield f"```{language}"
                yield text
                yield "```"
        if fix.risky:
            yield ""
            yield "Applying it may cut connections: plan it."


def _first_bad(rule: Rule, ruleset: Ruleset) -> tuple[Path | None, list[Finding]]:
    folder = ROOT / "fixtures" / "rules" / f"{rule.code}-{rule.name}"
    site_file = folder / "site.toml"
    site = Site.of(tomllib.loads(site_file.read_text(encoding="utf-8"))) if site_file.exists() else Site()
    for path in sorted(folder.glob("bad*")):
        job = Job(plans=(Plan(ruleset, (rule,)),), site=site, machine="one" if path.is_dir() else None)
        findings = list(check(candidates([str(path)]), job).findings)
        if findings:
            return Path(findings[0].span.path), findings
    return None, []


def _excerpt(path: Path, line: int) -> Iterator[str]:
    first = max(1, line - MAX_LINES // 2)
    source = file_source(path)
    lines = source.read_text().splitlines()
    keys = find_keys(source)
    yield "```"
    # The same cut and the same masks as in a report: a page shows no key either.
    for number, text in enumerate(lines[first - 1 : first - 1 + MAX_LINES], start=first):
        yield snippet(keys.line(source.path, number, text), Span(path.name, number, 1)).text
    yield "```"


def main() -> int:
    PAGES.mkdir(parents=True, exist_ok=True)
    wanted = pages()
    stale = [name for name, text in wanted.items() if not _is(PAGES / name, text)]
    stale += [path.name for path in PAGES.glob("*.md") if path.name not in wanted]
    if "--check" in sys.argv[1:]:
        for name in stale:
            print(f"{(PAGES / name).resolve().relative_to(ROOT)} is stale: run .ci/docs.py")
        return 1 if stale else 0
    for path in PAGES.glob("*.md"):
        if path.name not in wanted:
            path.unlink()
    for name in stale:
        if name in wanted:
            (PAGES / name).write_text(wanted[name], encoding="utf-8", newline="\n")
    print(f"{len(wanted)} pages, {len(stale)} changed")
    return 0


def _is(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main())
