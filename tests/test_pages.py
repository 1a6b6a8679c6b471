"""What a template is given is text: nothing of it becomes part of the page, and what it is not given is an error."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipseclint import pages


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    folder = tmp_path / "package_of_a_page"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    text = "{{ name }} {{ name|visible }} {{ 2|doubled }}\n  {% if name %}\nshown\n  {% endif %}\nlast é"
    (folder / "a.html").write_text(text, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    return folder.name


def test_what_is_shown_is_escaped_and_blocks_leave_no_lines(package: str) -> None:
    import jinja2

    template = pages.template(package, "a.html", ("doubled", lambda number: 2 * number))
    assert template.render(name="<b>\x1b") == "&lt;b&gt;\x1b &lt;b&gt;\\x1b 4\nshown\nlast é"
    with pytest.raises(jinja2.UndefinedError):
        template.render()


def test_the_style_is_a_sheet() -> None:
    assert "{" in pages.style()
