"""What becomes of findings: waived, known, new or gone, ranked, and repaired."""
