# Run by windows.ps1 in a session of its own: the module in constrained language mode.
param([string]$Program, [string]$Policy)
$ErrorActionPreference = 'Stop'
$module = Join-Path (Split-Path -Parent $PSScriptRoot) 'powershell\Ipseclint\Ipseclint.psd1'
$ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'
Import-Module $module
$findings = @(Invoke-Ipseclint -Path $Policy -Select QD002 -Isolated -Program $Program)
if ($findings.Count -ne 1 -or $findings[0].PSObject.TypeNames -notcontains 'Ipseclint.Finding') { throw 'One finding was expected.' }
$file = Join-Path $env:TEMP 'ipseclint-constrained.toml'
$findings | New-IpseclintWaiver -Reason 'none' -File $file -Program $Program -WhatIf
if (Test-Path -LiteralPath $file) { throw 'With -WhatIf nothing is to be written.' }
