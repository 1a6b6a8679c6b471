"""The effect of a change, as text, JSON, Markdown and a page."""
