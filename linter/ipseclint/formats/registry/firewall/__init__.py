"""Connection security policy in the registry, from any export (MS-GPFAS, MS-FASP).

The schema is that of versions 2.0 to 2.33. Sections named are those of MS-GPFAS.
"""
