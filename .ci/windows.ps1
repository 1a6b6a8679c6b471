# Run by the workflow on Windows, in Windows PowerShell 5.1 and in PowerShell 7: what the tests play is held to the real thing.
param([Parameter(Mandatory = $true)][string]$Program)
$ErrorActionPreference = 'Stop'
$root = Split-Path -Parent $PSScriptRoot
Import-Module (Join-Path $root 'powershell\Ipseclint\Ipseclint.psd1')

$folder = Join-Path $env:TEMP ("it's " + [char]0x2019 + ' [1] $x ' + (New-Guid).ToString('N'))
$null = New-Item -ItemType Directory -Path $folder
try {
    $policy = Join-Path $folder 'pol icy.cmd'
    Copy-Item -LiteralPath (Join-Path $root 'fixtures\runs\first\policy.cmd') -Destination $policy
    $findings = @(Invoke-Ipseclint -Path $policy -Select QD002 -Isolated -Program $Program)
    if ($findings.Count -ne 1 -or $findings[0].Path -ne $policy) { throw "One finding in $policy was expected." }
    $reason = 'says "so" \ it''s ' + [char]0x201C + 'agreed' + [char]0x201D + '\'
    $findings | New-IpseclintWaiver -Reason $reason -Expires 2099-01-31 -File (Join-Path $folder 'w.toml') -Program $Program
    $waived = @(Invoke-Ipseclint -Path $policy -Select QD002 -Isolated -Waivers (Join-Path $folder 'w.toml') -Program $Program)
    if ($waived[0].Waiver.reason -ne $reason) { throw "The waiver says $($waived[0].Waiver.reason), not $reason." }
    $report = Export-IpsecPolicy -OutputFolder (Join-Path $folder 'host') -Days 1 -Program $Program |
        Invoke-Ipseclint -Machine host -Isolated -Summary -Program $Program
    Write-Output "the collected host: $(@($report.Inputs).Count) inputs, $(@($report.Problems).Count) problems"
    Write-Output $report.Problems
}
finally {
    Remove-Item -LiteralPath $folder -Recurse -Force
}

$shell = (Get-Process -Id $PID).Path
$policy = Join-Path $root 'fixtures\runs\first\policy.cmd'
& $shell -NoProfile -ExecutionPolicy Bypass -File (Join-Path $PSScriptRoot 'constrained.ps1') -Program $Program -Policy $policy
if ($LASTEXITCODE -ne 0) { throw 'In constrained language mode the module does otherwise.' }

if (Get-Module -ListAvailable -Name PSScriptAnalyzer) {
    $said = @('powershell', 'linter\ipseclint\collect', 'docs\recipes' | ForEach-Object {
            Invoke-ScriptAnalyzer -Path (Join-Path $root $_) -Recurse
        })
    Write-Output $said
    if (@($said | Where-Object { "$($_.Severity)" -match 'Error' })) { throw 'PSScriptAnalyzer has found errors.' }
}
