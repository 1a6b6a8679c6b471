"""Tables of facts with their sources: Windows error codes, spellings, labels, built-in objects."""
