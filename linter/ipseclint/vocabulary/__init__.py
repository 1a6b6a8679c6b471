"""Tables of facts with their sources: values with their spelling in every tool, built-in objects, labels, errors, events."""
