# Run by the release: signs files by Authenticode with the certificate of the release's environment, where there is one.
param([Parameter(Mandatory = $true)][string[]]$Path)
$ErrorActionPreference = 'Stop'
if (-not $env:CERTIFICATE) {
    Write-Output 'The environment has no certificate: the files stay unsigned.'
    return
}
$bytes = [Convert]::FromBase64String($env:CERTIFICATE)
$certificate = [System.Security.Cryptography.X509Certificates.X509Certificate2]::new($bytes, $env:PASSWORD)
foreach ($file in (Get-ChildItem -Path $Path -File -Recurse)) {
    $asked = @{ HashAlgorithm = 'SHA256'; IncludeChain = 'NotRoot'; TimestampServer = 'http://timestamp.digicert.com' }
    $signature = Set-AuthenticodeSignature -LiteralPath $file.FullName -Certificate $certificate @asked
    if ($signature.Status -ne 'Valid') { throw "$($file.Name): $($signature.StatusMessage)" }
}
