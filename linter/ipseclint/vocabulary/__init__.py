"""Values with their spelling in every tool; built-in objects, labels, errors and events: facts with their sources."""
