"""Group Policy: reports, and backups of whole policy objects."""
