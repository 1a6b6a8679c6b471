"""What PowerShell writes of the objects of its NetSecurity and VpnClient modules: CLIXML, JSON, XML, lists."""
