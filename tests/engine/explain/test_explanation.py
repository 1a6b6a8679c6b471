"""An explanation is written as text, Markdown and JSON, with nothing lost."""

from __future__ import annotations

from ipseclint.engine.explain.explanation import Explanation, Section, as_data, as_markdown, as_text

WHOLE = Explanation(
    "event",
    "1",
    "event 1 a_title",
    (
        Section(paragraphs=("word " * 30,)),
        Section("A heading", ("Text with `code_x` and <b>.",), ("an item " * 15, "another"), ("as  it = stands",)),
    ),
    ("RT001",),
)


def test_as_text_every_line_fits_and_what_stands_below_a_heading_is_indented() -> None:
    text = as_text((WHOLE, WHOLE))
    assert max(map(len, text.splitlines())) <= 88
    assert text.count("event 1 a_title\n\nword word") == 2
    assert "\n\nA heading\n  Text with `code_x` and <b>.\n  an item an item" in text
    assert "\n    item an item" in text
    assert "\n  another\n  as  it = stands\n" in text


def test_as_markdown_names_and_signs_stand_as_they_are() -> None:
    from markdown_it import MarkdownIt

    html = MarkdownIt().render(as_markdown((WHOLE,)))
    assert "<h1>event 1 a_title</h1>" in html
    assert "<p>Text with <code>code_x</code> and &lt;b&gt;.</p>" in html
    assert html.count("<li>") == 2
    assert html.count("<h2>") == html.count("<h2>A heading</h2>") == 1
    assert html.count("<p>") == 2
    assert "as  it = stands" in html


def test_as_json_it_is_whole() -> None:
    data = as_data("x", (WHOLE,))
    assert data["schema"] == "ipseclint.explanation/1"
    assert data["asked"] == "x"
    (one,) = data["explanations"]
    assert (one["kind"], one["key"], one["rules"]) == ("event", "1", ["RT001"])
    assert one["sections"][1]["text"][-1] == "as  it = stands"
