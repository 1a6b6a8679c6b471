# A template: VERSION and SHA256 are filled in when a release is made.
$ErrorActionPreference = 'Stop'
$folder = Split-Path -Parent $MyInvocation.MyCommand.Definition
$package = @{
    PackageName    = 'ipseclint'
    FileFullPath   = Join-Path $folder 'ipseclint.exe'
    Url64bit       = 'https://github.com/ipseclint/ipseclint/releases/download/vVERSION/ipseclint.exe'
    Checksum64     = 'SHA256'
    ChecksumType64 = 'sha256'
}
Get-ChocolateyWebFile @package
