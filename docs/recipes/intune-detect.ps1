# Detection script of an Intune remediation: exit 1 means that the policy of this host is to be repaired, exit 0 that it is
# not. Intune shows the last line, of at most 2,048 characters. Needs the program on the host (see the offline bundle).
$program = Join-Path $env:ProgramFiles 'ipseclint\Scripts\ipseclint.exe'
$folder = Join-Path $env:TEMP ('ipseclint-' + (New-Guid).ToString('N'))
try {
    if (-not (Test-Path -LiteralPath $program)) { Write-Output 'ipseclint is not installed'; exit 0 }
    $collector = Join-Path $env:TEMP 'Export-IpsecPolicy.ps1'
    & $program collect-script | Set-Content -LiteralPath $collector -Encoding UTF8
    & $collector -OutputFolder $folder | Out-Null
    $lines = @(& $program check $folder --machine $env:COMPUTERNAME --isolated --fail-on error -o concise --quiet)
    $code = $LASTEXITCODE
    $line = ($lines | Select-Object -First 10) -join '; '
    if ($line.Length -gt 2000) { $line = $line.Substring(0, 2000) + '...' }
    if (-not $line) { $line = "ipseclint ended with $code" }
    Write-Output $line
    # Only findings are a reason to repair; what could not be read is not.
    if ($code -eq 1) { exit 1 }
    exit 0
}
finally {
    Remove-Item -LiteralPath $folder -Recurse -Force -ErrorAction SilentlyContinue
}
