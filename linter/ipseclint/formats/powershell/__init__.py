"""Exports of PowerShell objects of the NetSecurity and VpnClient modules: CLIXML, JSON, XML, lists."""
