<#
.SYNOPSIS
Installs ipseclint from this folder, without the internet: the program, and the PowerShell module.

.DESCRIPTION
Checks every file against SHA256SUMS, makes a virtual environment with the Python that is given, lies in this folder
(python\python.exe), or is on the machine, and installs the program there from the wheels of this folder alone.

.PARAMETER Target
The folder of the program.

.PARAMETER ModuleFolder
The folder of the machine's PowerShell modules.

.PARAMETER Python
The Python to use, 3.11 or newer.

.EXAMPLE
.\install.ps1 -WhatIf

.EXAMPLE
.\install.ps1 -Target D:\Tools\ipseclint
#>
[CmdletBinding(SupportsShouldProcess = $true)]
param(
    [string]$Target = (Join-Path $env:ProgramFiles 'ipseclint'),
    [string]$ModuleFolder = (Join-Path $env:ProgramFiles 'WindowsPowerShell\Modules'),
    [string]$Python
)
$ErrorActionPreference = 'Stop'

foreach ($line in (Get-Content -LiteralPath (Join-Path $PSScriptRoot 'SHA256SUMS') -Encoding UTF8)) {
    $expected, $name = $line -split '  ', 2
    $actual = (Get-FileHash -LiteralPath (Join-Path $PSScriptRoot $name) -Algorithm SHA256).Hash
    if ($actual -ne $expected) { throw "$name is not what was packed; nothing is installed." }
}

if (-not $Python) {
    $packed = Join-Path $PSScriptRoot 'python\python.exe'
    $found = Get-Command -Name 'python', 'python3' -CommandType Application -ErrorAction SilentlyContinue | Select-Object -First 1
    if (Test-Path -LiteralPath $packed) { $Python = $packed }
    elseif ($found) { $Python = $found.Path }
    else { throw 'No Python was found; name one with -Python.' }
}

if ($PSCmdlet.ShouldProcess($Target, 'Install the program')) {
    & $Python -m venv $Target
    if ($LASTEXITCODE -ne 0) { throw "Python's venv ended with $LASTEXITCODE." }
    $own = Join-Path $Target 'Scripts\python.exe'
    & $own -m pip install --quiet --no-index --find-links (Join-Path $PSScriptRoot 'wheels') ipseclint
    if ($LASTEXITCODE -ne 0) { throw "pip ended with $LASTEXITCODE." }
}

if ($PSCmdlet.ShouldProcess($ModuleFolder, 'Install the module')) {
    Copy-Item -LiteralPath (Join-Path $PSScriptRoot 'Ipseclint') -Destination $ModuleFolder -Recurse -Force
}

Write-Verbose ('Call ' + (Join-Path $Target 'Scripts\ipseclint.exe') + ', or put its folder on the PATH for the module.')
