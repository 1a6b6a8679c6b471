"""Output formats, one module each; pure: a report in, text out."""
