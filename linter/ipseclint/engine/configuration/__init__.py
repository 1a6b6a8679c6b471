"""The configuration of a run, as users write it in TOML: read, explained where it is wrong, and begun for a site."""
