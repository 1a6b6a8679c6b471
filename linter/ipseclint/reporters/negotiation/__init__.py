"""Answers about two ends, one output a module; pure: rows in, text out."""
