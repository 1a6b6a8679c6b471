"""Azure Pipelines logging commands: findings as issues of the run."""

from __future__ import annotations

from ipseclint.finding import Report, Severity
from ipseclint.reporters import RenderOptions
from ipseclint.reporters.accounting import accounting_lines
from ipseclint.source import Span, visible


def render(report: Report, _options: RenderOptions) -> str:
    """One command a finding of error or warning that counts and a problem; information is plain text."""
    lines = []
    for each in report.findings:
        if not each.counts:
            continue
        text = f"{each.code} {each.name}: {each.message}"
        if each.severity is Severity.INFO:
            lines.append(f"{_data(each.span.path)}:{each.span.line}: {_data(text)}")
        else:
            lines.append(_command(each.severity.value, each.span, each.code, text))
    lines += [_command("warning", each.span, each.code.value, each.message) for each in report.problems]
    lines += [_data(line) for line in accounting_lines(report)]
    lines += [f"##vso[task.logissue type=error]{_data(f'{each.where}: {each.error}')}" for each in report.crashes]
    return "".join(line + "\n" for line in lines)


def _command(kind: str, span: Span, code: str, message: str) -> str:
    place = f"sourcepath={_property(span.path)};linenumber={span.line};columnnumber={span.column};code={code}"
    return f"##vso[task.logissue type={kind};{place}]{_data(message)}"


def _data(text: str) -> str:
    """Text in which nothing can start another logging command."""
    escaped = visible(text).replace("%", "%AZP25").replace("\r", "%0D").replace("\n", "%0A")
    return escaped.replace("##vso[", "# #vso[").replace("##[", "# #[")


def _property(text: str) -> str:
    return _data(text).replace(";", "%3B").replace("]", "%5D")
