"""Checks exports on Spark or Databricks: each file by itself, on the workers, as rows for a table.

    files = spark.read.format("binaryFile").option("recursiveFileLookup", "true").load("abfss://exports@account/hosts")
    rows = files.select("path", "content").rdd.flatMap(lambda file: rows_of(file.path, bytes(file.content)))
    spark.createDataFrame(rows, SCHEMA).write.saveAsTable("ipsec.findings")

Every worker needs `pip install ipseclint`. The rules that compare machines are not run: for them take shards and
`ipseclint fleet merge`, or `ipseclint fleet check`.
"""

from __future__ import annotations

from collections.abc import Iterator

SCHEMA = "path string, line int, code string, severity string, cause string, subject string, message string"
Row = tuple[str, int, str, str, str | None, str | None, str]


def rows_of(path: str, content: bytes) -> Iterator[Row]:
    """What is wrong in one export, and with `problem` as severity, what of it was not read."""
    from ipseclint import check_text

    report = check_text(content, path)
    for finding in report.findings:
        cause = finding.cause.value if finding.cause else None
        place = finding.span
        yield place.path, place.line, finding.code, finding.severity.value, cause, finding.subject.name, finding.message
    for problem in report.problems:
        yield problem.span.path, problem.span.line, problem.code.value, "problem", None, None, problem.message
