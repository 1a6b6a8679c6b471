# A DSC configuration that tells whether a host has the policy that was agreed on, and sets it where it has not. A TestScript
# answers with true or false: it never ends with exit, which would end the engine. Needs the offline bundle on the host.
Configuration IpsecPolicy {
    Import-DscResource -ModuleName PSDesiredStateConfiguration
    Node 'localhost' {
        Script IpsecPolicy {
            GetScript  = { @{ Result = 'checked by ipseclint' } }
            TestScript = {
                Import-Module -Name (Join-Path $env:ProgramFiles 'WindowsPowerShell\Modules\Ipseclint\Ipseclint.psd1')
                $folder = Join-Path $env:TEMP ('ipseclint-' + (New-Guid).ToString('N'))
                try {
                    $null = Export-IpsecPolicy -OutputFolder $folder -WarningAction SilentlyContinue
                    $report = Invoke-Ipseclint -Path $folder -Machine $env:COMPUTERNAME -Isolated -Summary
                    @($report.Findings | Where-Object { $_.Severity -eq 'error' }).Count -eq 0
                }
                finally {
                    Remove-Item -LiteralPath $folder -Recurse -Force -ErrorAction SilentlyContinue
                }
            }
            # What `ipseclint fix` or `ipseclint diff --script powershell` wrote, once it was reviewed.
            SetScript  = { throw 'Put the reviewed script here.' }
        }
    }
}
