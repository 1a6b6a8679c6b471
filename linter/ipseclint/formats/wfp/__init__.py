"""Exports of the Windows Filtering Platform: state, filters, diagnostics, network events."""
