"""What a change does, as text, JSON, Markdown and a page."""
