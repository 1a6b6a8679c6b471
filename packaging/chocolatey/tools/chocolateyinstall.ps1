# A template: VERSION and SHA256 are filled in when a release is made.
$ErrorActionPreference = 'Stop'
Get-ChocolateyWebFile -PackageName 'ipseclint' `
    -FileFullPath (Join-Path (Split-Path -Parent $MyInvocation.MyCommand.Definition) 'ipseclint.exe') `
    -Url64bit 'https://github.com/ipseclint/ipseclint/releases/download/vVERSION/ipseclint.exe' `
    -Checksum64 'SHA256' -ChecksumType64 'sha256'
