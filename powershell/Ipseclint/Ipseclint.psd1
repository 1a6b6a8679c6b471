@{
    RootModule           = 'Ipseclint.psm1'
    ModuleVersion        = '0.2.0'
    GUID                 = '5d1f0c56-6b1e-4a4e-9b44-1c7c2d1f8a30'
    Author               = 'the ipseclint authors'
    CompanyName          = 'the ipseclint authors'
    Copyright            = '(c) the ipseclint authors. MIT licence.'
    Description          = 'Checks Windows IPsec policy with ipseclint: what will queue, drop or fail, and what is weak.'
    PowerShellVersion    = '5.1'
    CompatiblePSEditions = @('Desktop', 'Core')
    FormatsToProcess     = @('Ipseclint.Format.ps1xml')
    FunctionsToExport    = @(
        'Compare-IpsecPolicy'
        'Export-IpsecPolicy'
        'Get-IpseclintExplanation'
        'Get-IpseclintRule'
        'Invoke-Ipseclint'
        'New-IpseclintWaiver'
        'Register-IpseclintTask'
        'Send-IpseclintMail'
        'Send-IpseclintTeamsMessage'
        'Test-IpsecNegotiation'
        'Write-IpseclintEvent'
    )
    CmdletsToExport      = @()
    VariablesToExport    = @()
    AliasesToExport      = @()
    PrivateData          = @{
        PSData = @{
            Tags       = @('IPsec', 'IKE', 'Firewall', 'GPO', 'VPN', 'Linter', 'Security')
            LicenseUri = 'https://github.com/ipseclint/ipseclint/blob/main/LICENSE'
            ProjectUri = 'https://github.com/ipseclint/ipseclint'
        }
    }
}
