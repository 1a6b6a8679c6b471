"""Event logs of Windows, the audit policy that fills them, and quoted errors."""
