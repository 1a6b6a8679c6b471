"""Answers about load as text, JSON, a page and pictures."""
