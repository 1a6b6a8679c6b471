# Detection script of an Intune remediation: exit 1 means that the policy of this host is to be repaired, exit 0 that it is
# not. Intune shows the last line, of at most 2,048 characters. Needs the offline bundle installed on the host: what runs as
# SYSTEM lies below the folder of programs, where only administrators write.
$module = Join-Path $env:ProgramFiles 'WindowsPowerShell\Modules\Ipseclint\Ipseclint.psd1'
$folder = Join-Path $env:TEMP ('ipseclint-' + (New-Guid).ToString('N'))
$code = 0
try {
    Import-Module -Name $module -ErrorAction Stop
    $null = Export-IpsecPolicy -OutputFolder $folder -WarningAction SilentlyContinue
    $report = Invoke-Ipseclint -Path $folder -Machine $env:COMPUTERNAME -Isolated -Summary
    $errors = @($report.Findings | Where-Object { $_.Severity -eq 'error' })
    # Only findings are a reason to repair; what could not be read is not, and is said.
    if ($errors) { $code = 1 }
    $line = '{0} errors, {1} inputs not wholly read' -f $errors.Count, @($report.Problems).Count
    foreach ($finding in ($errors | Select-Object -First 10)) {
        $line += '; {0} {1}: {2}' -f $finding.Code, $finding.Object, $finding.Message
    }
}
catch {
    $code = 0
    $line = 'cannot tell: ' + $_.Exception.Message
}
finally {
    Remove-Item -LiteralPath $folder -Recurse -Force -ErrorAction SilentlyContinue
}
# Names may hold line ends, and only the last line is shown.
$line = $line -replace '\s+', ' '
if ($line.Length -gt 2000) { $line = $line.Substring(0, 2000) + '...' }
Write-Output $line
exit $code
