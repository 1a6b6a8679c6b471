<#
.SYNOPSIS
Installs ipseclint from this folder, without the internet: the program, and the PowerShell module.

.DESCRIPTION
Checks every file against SHA256SUMS. Where this folder holds Python (python\python.exe) the program is there already, and
the folder is copied; else a virtual environment is made with the machine's Python 3.12, for which the wheels are, and the
program installed there from the wheels of this folder alone, with the extras evtx, cel, fleet and png as far as their wheels
are there. The extras remote and dask are not packed: what they reach is not offline. Run it elevated, for programs and
modules are for all users. What an older version has put there is replaced.

Before unpacking: Unblock-File .\ipseclint-offline-win_amd64.zip, or the scripts in it count as downloaded. Where no policy
says which scripts run, Windows clients run none: powershell -ExecutionPolicy RemoteSigned -File .\install.ps1

.PARAMETER Target
The folder of the program. The module finds it where it is put by default.

.PARAMETER ModuleFolder
The folder of the machine's PowerShell modules.

.PARAMETER Python
The Python to use, 3.12.

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
$Target = $Target.TrimEnd('\') # one at the end, with blanks before it, Windows PowerShell would hand over as a quotation mark

foreach ($line in (Get-Content -LiteralPath (Join-Path $PSScriptRoot 'SHA256SUMS') -Encoding UTF8)) {
    $expected, $name = $line -split '  ', 2
    $actual = (Get-FileHash -LiteralPath (Join-Path $PSScriptRoot $name) -Algorithm SHA256).Hash
    if ($actual -ne $expected) { throw "$name is not what was packed; nothing is installed." }
}

$packed = Join-Path $PSScriptRoot 'python'
$wheels = Join-Path $PSScriptRoot 'wheels'
$isPacked = -not $Python -and (Test-Path -LiteralPath (Join-Path $packed 'python.exe'))
if (-not $Python -and -not $isPacked) {
    # Those below WindowsApps only lead to the store.
    $found = @(Get-Command -Name 'python', 'python3' -CommandType Application -ErrorAction SilentlyContinue |
            Where-Object { $_.Path -notmatch '\\WindowsApps\\' })
    if (-not $found) { throw 'No Python was found; name one with -Python.' }
    $Python = $found[0].Path
}

# Constrained language mode lets no script call ShouldProcess: this cmdlet asks for it, with -WhatIf and -Confirm.
$program = $null
Set-Variable -Name 'program' -Value "Install the program: $Target"
if ($program) {
    if ($isPacked) {
        $old = Join-Path $Target 'python'
        if (Test-Path -LiteralPath $old) { Remove-Item -LiteralPath $old -Recurse -Force }
        $null = New-Item -ItemType Directory -Path $Target -Force
        Copy-Item -LiteralPath $packed -Destination $Target -Recurse -Force
    }
    else {
        & $Python -m venv $Target
        if ($LASTEXITCODE -ne 0) { throw "Python's venv ended with $LASTEXITCODE." }
        # The extras, as far as there are wheels of them for this machine.
        $extras = @(Get-ChildItem -LiteralPath $wheels | ForEach-Object { $_.Name } | ForEach-Object {
                if ($_ -like 'evtx-*') { 'evtx' }
                elseif ($_ -like 'common_expression_language-*') { 'cel' }
                elseif ($_ -like 'duckdb-*') { 'fleet' }
                elseif ($_ -like 'resvg_py-*') { 'png' }
            })
        $what = 'ipseclint'
        if ($extras) { $what = 'ipseclint[' + ($extras -join ',') + ']' }
        & (Join-Path $Target 'Scripts\python.exe') -m pip install --quiet --upgrade --no-index --find-links $wheels $what
        if ($LASTEXITCODE -ne 0) { throw "pip ended with $LASTEXITCODE." }
    }
}

$module = $null
Set-Variable -Name 'module' -Value "Install the module: $ModuleFolder"
if ($module) {
    $old = Join-Path $ModuleFolder 'Ipseclint'
    if (Test-Path -LiteralPath $old) { Remove-Item -LiteralPath $old -Recurse -Force }
    $null = New-Item -ItemType Directory -Path $ModuleFolder -Force
    Copy-Item -LiteralPath (Join-Path $PSScriptRoot 'Ipseclint') -Destination $ModuleFolder -Recurse -Force
}

Write-Verbose "The module calls what is in $Target; where that is not the default, name the program with -Program."
