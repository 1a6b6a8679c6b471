<#
.SYNOPSIS
Writes the IPsec policy and the run-time evidence of this machine into one folder, for ipseclint.

.DESCRIPTION
It only reads; it opens no network connection and changes nothing but the output folder. Windows PowerShell 4.0 and later
or PowerShell 7, on Windows 7 or Server 2008 R2 and later, constrained language mode included; without the NetSecurity
module (before Windows 8 and Server 2012) the policy is written as netsh prints it.

Run it elevated on the machine itself. It needs that for the state and the network events of the filtering engine, the
Security log and the audit policy, and Windows may withhold parts of the policy from others. Each part is collected by
itself: what cannot be had is named in notes.txt with the reason, and ipseclint reports it when it reads the folder.

Preshared keys are left out of every file. Private keys are never read.

The folder holds:
  policy.json        rules, their filter objects, crypto and authentication sets, settings (ActiveStore)
  vpn.json           VPN connections with their custom IPsec policies
  rras.json          what Routing and Remote Access takes of VPN clients, and its interfaces to other sites
  certificates.json  the computer's own certificates, without keys
  services.json      how the services that IPsec stands on are set up
  wfpstate.xml       policies, filters and counters of the filtering engine
  netevents.xml      its network events
  mmsa.txt, qmsa.txt security associations
  statistics.txt     counters of IKE and the IPsec driver
  registry.reg       values of the IPsec services that no cmdlet shows
  auditpol.csv       which events are audited
  events.xml         events of the Security log on IPsec, and of VPN connections in the Application and System logs
  notes.txt          what could not be collected, and why; what this machine does not have
  .netsh\            the policy once more, as netsh prints it; ipseclint leaves folders with a dot out, so that
                     nothing is reported twice

Check it with: ipseclint --machine NAME FOLDER

.PARAMETER OutputFolder
The folder to write. It is made if it is not there, and must be empty if it is.

.PARAMETER Days
How many days back events are collected.

.PARAMETER Since
From when on events are collected, instead of Days.

.PARAMETER Redact
Replace the names of the computer, of its domain and its hosts, of accounts, and the security identifiers of the domain, each
alike throughout. Addresses stay, for the policy means nothing without them.

.EXAMPLE
.\Export-IpsecPolicy.ps1

.EXAMPLE
.\Export-IpsecPolicy.ps1 -OutputFolder C:\Temp\hub01 -Days 2

.EXAMPLE
.\Export-IpsecPolicy.ps1 -Since 2026-11-20 -Redact
#>
[CmdletBinding()]
param(
    [string]$OutputFolder,

    [ValidateRange(1, 365)]
    [int]$Days = 7,

    [datetime]$Since,

    [switch]$Redact
)

# Constrained language mode allows no methods but of core types: cmdlets and operators do the work.
$ErrorActionPreference = 'Stop'
$script:Failed = @()
$script:Absent = @()
$script:Keys = @()
$script:Names = @{}
$MaxEvents = 50000

function Write-TextFile {
    param([string]$Name, [string]$Text)
    $clean = Hide-Key -Text $Text
    if ($Redact) { $clean = Hide-Name -Text $clean }
    Set-Content -LiteralPath (Join-Path $OutputFolder $Name) -Value $clean -Encoding UTF8
}

function Hide-Key {
    # By pattern, for the places where Windows is known to show keys, and by value, wherever else one stands.
    param([string]$Text)
    $clean = $Text -replace '(?s)<presharedKey>.*?</presharedKey>', '<presharedKey><data></data></presharedKey>'
    $clean = $clean -replace '(?im)^[ \t]*[A-Z0-9]*PSK[ \t]*:[^\r\n]*(?:\r?\n|$)', ''
    $clean = $clean -replace '(?i)("PreSharedKey"\s*:\s*)"(?:[^"\\]|\\.)*"', '$1null'
    foreach ($key in $script:Keys) {
        # A shorter one would take ordinary words apart.
        if ($key.Length -ge 4) { $clean = $clean.Replace($key, '') }
    }
    return $clean
}

function Hide-Name {
    # Names that are known, then what has the form of one; the longest first, so that none is part of another.
    param([string]$Text)
    $suffix = [regex]::Escape([string]$env:USERDNSDOMAIN)
    $short = [regex]::Escape([string]$env:USERDOMAIN)
    $forms = [ordered]@{ 'S-1-5-21-0-0-0-' = 'S-1-5-21-\d+-\d+-\d+(?:-\d+)?' }
    if ($suffix) {
        $forms['user{0}@domain.example'] = "[\w.$-]+@$suffix(?![\w.-])"
        $forms['host{0}.domain.example'] = "(?<![\w.-])[\w-]+\.$suffix(?![\w.-])"
    }
    if ($short) { $forms['DOMAIN\account'] = "(?<![\w.-])$short\\{1,2}[\w.$-]+" }
    foreach ($form in $forms.Keys) {
        foreach ($match in @($Text | Select-String -Pattern $forms[$form] -AllMatches | ForEach-Object { $_.Matches } | ForEach-Object { $_.Value })) {
            if (-not $script:Names.ContainsKey($match)) {
                $number = $script:Names.Count + 1
                $script:Names[$match] = if ($form -match '\{0\}') { $form -f $number } else { $form + $number }
            }
        }
    }
    $known = @{}
    foreach ($name in $script:Names.Keys) { $known[$name] = $script:Names[$name] }
    if ($suffix) {
        $known[[string]$env:USERDNSDOMAIN] = 'domain.example'
        $known[('DC=' + (([string]$env:USERDNSDOMAIN -split '\.') -join ', DC='))] = 'DC=domain, DC=example'
    }
    if ($short) { $known[[string]$env:USERDOMAIN] = 'DOMAIN' }
    if ($env:COMPUTERNAME) { $known[[string]$env:COMPUTERNAME] = 'HOST' }
    $clean = $Text
    foreach ($name in @($known.Keys | Sort-Object -Property @{ Expression = { $_.Length } } -Descending)) {
        $pattern = ([regex]::Escape($name) -replace ',\\ ', ',\s*') -replace '\\\\', '\\{1,2}'
        $clean = $clean -replace ('(?<![\w-])' + $pattern + '(?![\w-])'), ($known[$name] -replace '\$', '$$$$')
    }
    return $clean
}

function Invoke-Part {
    # Collect one part; what it lacks is noted, and the others go on. -Needs names the cmdlet without which there is none.
    param([string]$Name, [string]$Needs, [scriptblock]$Part)
    if ($Needs -and -not (Get-Command -Name $Needs -ErrorAction SilentlyContinue)) {
        $script:Absent += "${Name}: there is no $Needs"
        return
    }
    Write-Verbose "Collecting $Name"
    try {
        & $Part
    }
    catch {
        Add-Failure -Name $Name -Reason $_.Exception.Message
    }
}

function Add-Failure {
    param([string]$Name, [string]$Reason)
    $said = ((Hide-Key -Text $Reason) -replace '\s+', ' ').Trim()
    $script:Failed += "${Name}: $said"
    Write-Warning "$Name could not be collected: $said"
}

function Get-TemporaryName {
    return Join-Path $env:TEMP ('ipseclint-' + (Get-Random) + (Get-Random))
}

function Invoke-Tool {
    param([string]$File, [string[]]$Arguments)
    $ErrorActionPreference = 'Continue' # what a tool says on its error stream is no error of this script
    $PSNativeCommandUseErrorActionPreference = $false
    $lines = & $File @Arguments 2>&1 | ForEach-Object { [string]$_ }
    return (@($lines) -join "`r`n") + "`r`n"
}

function ConvertTo-Plain {
    # The properties of a CIM object with their numbers, its class, and the objects in it. Never a preshared key.
    param($Instance)
    $plain = [ordered]@{ CimClass = $Instance.CimSystemProperties.ClassName }
    foreach ($property in $Instance.CimInstanceProperties) {
        if ($property.Name -eq 'PreSharedKey') {
            if ($property.Value) { $script:Keys += [string]$property.Value }
            continue
        }
        # A list that a function hands over is, in Windows PowerShell, written to JSON as an object that holds it.
        if ($property.Value -is [array]) { $plain[$property.Name] = @($property.Value | ForEach-Object { ConvertTo-PlainValue -Value $_ }) }
        else { $plain[$property.Name] = ConvertTo-PlainValue -Value $property.Value }
    }
    return $plain
}

function ConvertTo-PlainValue {
    param($Value)
    if ($null -eq $Value) { return $null }
    if ($Value.PSObject.TypeNames -contains 'Microsoft.Management.Infrastructure.CimInstance') { return ConvertTo-Plain -Instance $Value }
    if ($Value -is [string] -and $Value -match 'PreSharedKey') {
        # An object as text, with its key.
        if ($Value -match 'PreSharedKey\s*=\s*"([^"]+)"') { $script:Keys += $Matches[1] }
        return 'not exported'
    }
    return $Value
}

function ConvertTo-Filter {
    param([string]$ClassName, $Rule, [hashtable]$Properties)
    $plain = [ordered]@{ CimClass = $ClassName; InstanceID = $Rule.InstanceID }
    foreach ($name in $Properties.Keys) { $plain[$name] = $Properties[$name] }
    return $plain
}

function Get-RuleFilter {
    # The filter objects of one connection security rule.
    param($Rule)
    foreach ($each in @(Get-NetFirewallAddressFilter -AssociatedNetIPsecRule $Rule)) {
        ConvertTo-Filter -ClassName 'MSFT_NetAddressFilter' -Rule $Rule -Properties @{ LocalAddress = @($each.LocalAddress); RemoteAddress = @($each.RemoteAddress) }
    }
    foreach ($each in @(Get-NetFirewallPortFilter -AssociatedNetIPsecRule $Rule)) {
        ConvertTo-Filter -ClassName 'MSFT_NetProtocolPortFilter' -Rule $Rule -Properties @{ Protocol = [string]$each.Protocol; LocalPort = @($each.LocalPort); RemotePort = @($each.RemotePort) }
    }
    foreach ($each in @(Get-NetFirewallInterfaceFilter -AssociatedNetIPsecRule $Rule)) {
        ConvertTo-Filter -ClassName 'MSFT_NetInterfaceFilter' -Rule $Rule -Properties @{ InterfaceAlias = @($each.InterfaceAlias) }
    }
    foreach ($each in @(Get-NetFirewallInterfaceTypeFilter -AssociatedNetIPsecRule $Rule)) {
        ConvertTo-Filter -ClassName 'MSFT_NetInterfaceTypeFilter' -Rule $Rule -Properties @{ InterfaceType = [string]$each.InterfaceType }
    }
}

function Get-PolicyObject {
    $store = 'ActiveStore'
    foreach ($rule in @(Get-NetIPsecRule -PolicyStore $store)) {
        ConvertTo-Plain -Instance $rule
        Get-RuleFilter -Rule $rule
    }
    foreach ($rule in @(Get-NetIPsecMainModeRule -PolicyStore $store)) {
        ConvertTo-Plain -Instance $rule
        foreach ($each in @(Get-NetFirewallAddressFilter -AssociatedNetIPsecMainModeRule $rule)) {
            ConvertTo-Filter -ClassName 'MSFT_NetAddressFilter' -Rule $rule -Properties @{ LocalAddress = @($each.LocalAddress); RemoteAddress = @($each.RemoteAddress) }
        }
    }
    foreach ($each in @(Get-NetIPsecMainModeCryptoSet -PolicyStore $store)) { ConvertTo-Plain -Instance $each }
    foreach ($each in @(Get-NetIPsecQuickModeCryptoSet -PolicyStore $store)) { ConvertTo-Plain -Instance $each }
    foreach ($each in @(Get-NetIPsecPhase1AuthSet -PolicyStore $store)) { ConvertTo-Plain -Instance $each }
    foreach ($each in @(Get-NetIPsecPhase2AuthSet -PolicyStore $store)) { ConvertTo-Plain -Instance $each }
    foreach ($each in @(Get-NetFirewallSetting -PolicyStore $store)) { ConvertTo-Plain -Instance $each }
    if (Get-Command -Name Get-NetIPsecDospSetting -ErrorAction SilentlyContinue) {
        foreach ($each in @(Get-NetIPsecDospSetting)) { ConvertTo-Plain -Instance $each }
    }
}

function Get-Suite {
    # Words, not the numbers of enumerations.
    param($From)
    $suite = [ordered]@{}
    foreach ($part in 'AuthenticationTransformConstants', 'CipherTransformConstants', 'DHGroup', 'EncryptionMethod', 'IntegrityCheckMethod', 'PfsGroup') {
        if ($null -ne $From.$part) { $suite[$part] = [string]$From.$part }
    }
    return $suite
}

function Select-Member {
    # Members by name: lists stay lists, all else becomes a number, a flag or a text. Keys are never among the names.
    param($From, [string]$Class, [string[]]$Names)
    $plain = [ordered]@{ CimClass = $Class }
    foreach ($name in $Names) {
        $value = $From.$name
        if ($null -eq $value) { $plain[$name] = $null }
        elseif ($value -is [array]) { $plain[$name] = @($value | ForEach-Object { [string]$_ }) }
        elseif ($value -is [bool] -or $value -is [uint32] -or $value -is [int] -or $value -is [uint64]) { $plain[$name] = $value }
        elseif ($value -is [xml]) { $plain[$name] = $value.OuterXml }
        else { $plain[$name] = [string]$value }
    }
    return $plain
}

function Get-VpnPolicy {
    $names = 'Name', 'ServerAddress', 'AllUserConnection', 'Guid', 'TunnelType', 'AuthenticationMethod', 'EncryptionLevel',
        'L2tpIPsecAuth', 'SplitTunneling', 'IdleDisconnectSeconds', 'EapConfigXmlStream', 'MachineCertificateEKUFilter',
        'MachineCertificateIssuerFilter'
    foreach ($each in @(Get-VpnConnection) + @(Get-VpnConnection -AllUserConnection)) {
        $plain = Select-Member -From $each -Class 'VpnConnection' -Names $names
        $plain['IPSecCustomPolicy'] = $null
        if ($each.IPSecCustomPolicy) { $plain['IPSecCustomPolicy'] = Get-Suite $each.IPSecCustomPolicy }
        $plain
    }
}

function Get-RemoteAccessPolicy {
    $lifetimes = 'SALifeTime', 'MMSALifeTime', 'SADataSizeForRenegotiation', 'IdleDisconnect', 'CustomPolicy', 'EncryptionType'
    if (Get-Command -Name Get-VpnServerConfiguration -ErrorAction SilentlyContinue) {
        foreach ($each in @(Get-VpnServerConfiguration)) {
            $ports = 'Ikev2Ports', 'L2tpPorts', 'SstpPorts', 'GrePorts'
            (Select-Member -From $each -Class 'VpnServerIPsecConfiguration' -Names ($lifetimes + $ports)) + (Get-Suite $each)
        }
    }
    if (Get-Command -Name Get-VpnAuthProtocol -ErrorAction SilentlyContinue) {
        foreach ($each in @(Get-VpnAuthProtocol)) {
            $plain = Select-Member -From $each -Class 'VpnAuthProtocol' -Names @('UserAuthProtocolAccepted', 'TunnelAuthProtocolsAdvertised', 'CertificateEKUsToAccept')
            foreach ($name in 'RootCertificateNameToAccept', 'CertificateAdvertised') {
                $plain[$name] = if ($each.$name.Subject) { $each.$name.Subject } else { $null }
            }
            $plain
        }
    }
    if (Get-Command -Name Get-VpnS2SInterface -ErrorAction SilentlyContinue) {
        $names = 'Name', 'Protocol', 'Destination', 'AuthenticationMethod', 'ResponderAuthenticationMethod',
            'NetworkOutageTime', 'NumberOfTries', 'RetryInterval', 'Persistent', 'SourceIpAddress'
        foreach ($each in @(Get-VpnS2SInterface)) {
            (Select-Member -From $each -Class 'VpnS2SInterface' -Names ($names + $lifetimes)) + (Get-Suite $each)
        }
    }
}

function Get-CertificateList {
    # The certificates alone: a private key is only said to be there.
    foreach ($each in @(Get-ChildItem -LiteralPath 'Cert:\LocalMachine\My')) {
        [ordered]@{
            CimClass = 'X509Certificate2'
            Subject = $each.Subject
            Issuer = $each.Issuer
            Thumbprint = $each.Thumbprint
            DnsNameList = @($each.DnsNameList | ForEach-Object { $_.Unicode })
            EnhancedKeyUsageList = @($each.EnhancedKeyUsageList | ForEach-Object { $_.ObjectId })
            NotBefore = $each.NotBefore.ToUniversalTime().ToString('u')
            NotAfter = $each.NotAfter.ToUniversalTime().ToString('u')
            HasPrivateKey = $each.HasPrivateKey
        }
    }
}

function Get-ServiceSetup {
    $names = 'BFE', 'IKEEXT', 'MpsSvc', 'PolicyAgent', 'RasMan', 'RemoteAccess'
    $filter = ($names | ForEach-Object { "Name='$_'" }) -join ' or '
    foreach ($each in @(Get-CimInstance -ClassName Win32_Service -Filter $filter)) {
        [ordered]@{ CimClass = 'Win32_Service'; Name = $each.Name; StartMode = $each.StartMode; State = $each.State }
    }
}

function Get-RegistryText {
    # Only numbers and texts; how the services start is in services.json.
    $services = 'HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services'
    $stores = @("$services\SharedAccess\Parameters\FirewallPolicy", 'HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\WindowsFirewall')
    $wanted = [ordered]@{}
    foreach ($key in 'IKEEXT\Parameters', 'PolicyAgent', 'PolicyAgent\Oakley', 'IPSEC', 'BFE\Parameters', 'RasMan\Parameters', 'RasMan\PPP',
        'RemoteAccess\Parameters\IKEV2', 'RemoteAccess\Parameters\IKEV2\IKEv2CustomPolicy') {
        $wanted["$services\$key"] = '^(?!Start$|Type$|ErrorControl$|Tag$|ImagePath$|ObjectName$|DisplayName$|Description$|Group$|Service(Dll|Main))'
    }
    $wanted["$services\IKEEXT"] = '^DelayedAutostart$'
    # How a domain controller maps certificates to accounts, and which encryption of Kerberos this machine takes.
    $wanted["$services\Kdc"] = '^(StrongCertificateBindingEnforcement|CertificateBackdatingCompensation|CertificateMappingMethods)$'
    $wanted['HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System\Kerberos\Parameters'] = '^SupportedEncryptionTypes$'
    foreach ($store in $stores) {
        $wanted[$store] = '^IPsecOpportunisticallyMatchAuthSetPerKM$'
        foreach ($each in 'DomainProfile', 'PrivateProfile', 'StandardProfile', 'PublicProfile') {
            $wanted["$store\$each"] = '^AllowLocalIPsecPolicyMerge$'
        }
    }
    # How many clients a VPN server can have: the addresses of its pool, and the ports of each protocol. Other devices
    # are network adapters: what they do of IPsec themselves.
    foreach ($each in @(Get-ChildItem -LiteralPath "Registry::$services\RemoteAccess\Parameters\Ip\StaticAddressPool" -ErrorAction SilentlyContinue)) {
        $wanted[$each.Name] = '^(From|To)$'
    }
    $devices = 'Registry::HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\Class\{4D36E972-E325-11CE-BFC1-08002BE10318}'
    foreach ($each in @(Get-ChildItem -LiteralPath $devices -ErrorAction SilentlyContinue)) {
        $device = Get-ItemProperty -LiteralPath "Registry::$($each.Name)" -ErrorAction SilentlyContinue
        if ($device.WanEndpoints) { $wanted[$each.Name] = '^(ComponentId|EnableForRas|WanEndpoints)$' }
        else { $wanted[$each.Name] = '^\*IPsecOffloadV(1IPv4|2|2IPv4)$' }
    }
    # Which Windows this is, with the revision of its updates, which no version string holds.
    $wanted['HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion'] = '^(CurrentBuildNumber|UBR|InstallationType|ProductName|DisplayVersion)$'
    $lines = @('Windows Registry Editor Version 5.00', '')
    foreach ($path in $wanted.Keys) {
        $key = Get-ItemProperty -LiteralPath "Registry::$path" -ErrorAction SilentlyContinue
        if (-not $key) { continue }
        $values = @()
        foreach ($property in $key.PSObject.Properties) {
            $name = $property.Name
            if ($name -match '^PS(Path|ParentPath|ChildName|Drive|Provider)$') { continue }
            if ($name -notmatch $wanted[$path] -or $name -match 'Psk|PreShared|Secret|Password') { continue }
            $quoted = '"' + $name.Replace('\', '\\').Replace('"', '\"') + '"='
            if ($property.Value -is [int]) { $values += $quoted + ('dword:{0:x8}' -f $property.Value) }
            elseif ($property.Value -is [string]) {
                $values += $quoted + '"' + $property.Value.Replace('\', '\\').Replace('"', '\"') + '"'
            }
        }
        if ($values) { $lines += @("[$path]") + $values + @('') }
    }
    return $lines -join "`r`n"
}

function Get-EventQuery {
    # The query for each log that IPsec and VPN connections write to.
    $from = (Get-Date).AddDays(-$Days)
    if ($script:HasSince) { $from = $Since }
    $when = "TimeCreated[@SystemTime >= '" + $from.ToUniversalTime().ToString('o') + "']"
    $ranges = @('4646', '4650-4655', '4709-4712', '4960-4984', '5040-5049', '5451-5485' | ForEach-Object {
            $first, $last = $_ -split '-'
            if ($last) { "(EventID >= $first and EventID <= $last)" } else { "EventID = $first" }
        })
    $ids = $ranges -join ' or '
    return [ordered]@{
        Security    = "*[System[($ids) and $when]]"
        Application = "*[System[Provider[@Name='RasClient'] and $when]]"
        System      = "*[System[Provider[@Name='RemoteAccess'] and $when]]"
    }
}

function Get-EventText {
    $texts = @('<?xml version="1.0" encoding="utf-8"?>', '<Events>')
    $queries = Get-EventQuery
    foreach ($log in $queries.Keys) {
        try {
            $found = @(Get-WinEvent -LogName $log -FilterXPath $queries[$log] -MaxEvents $MaxEvents -ErrorAction Stop)
            if ($found.Count -ge $MaxEvents) { Add-Failure -Name "events of the log $log" -Reason "only the newest $MaxEvents are here" }
            $texts += @($found | ForEach-Object { $_.ToXml() })
        }
        catch {
            # That there are none is no failure; its id is the same in every language.
            if ($_.FullyQualifiedErrorId -notlike 'NoMatchingEventsFound*') {
                Add-Failure -Name "events of the log $log" -Reason $_.Exception.Message
            }
        }
    }
    return ($texts + '</Events>') -join "`r`n"
}

function Export-EventFile {
    # In constrained language mode no event can be asked for its XML.
    if ($Redact) { throw 'in constrained language mode they are files that cannot be redacted' }
    $queries = Get-EventQuery
    foreach ($log in $queries.Keys) {
        $file = Join-Path $OutputFolder "events-$log.evtx"
        $said = Invoke-Tool 'wevtutil.exe' @('epl', $log, $file, "/q:$($queries[$log])")
        if (-not (Test-Path -LiteralPath $file)) { Add-Failure -Name "events of the log $log" -Reason $said }
    }
}

function Export-Wfp {
    # netsh writes the keys in clear, so its own file does not stay.
    param([string]$What, [string]$Name)
    $raw = Get-TemporaryName
    try {
        $said = Invoke-Tool 'netsh.exe' @('wfp', 'show', $What, "file=$raw")
        if (-not (Test-Path -LiteralPath $raw)) { throw $said }
        Write-TextFile -Name $Name -Text (Get-Content -LiteralPath $raw -Raw -Encoding UTF8)
    }
    finally {
        Remove-Item -LiteralPath $raw -Force -ErrorAction SilentlyContinue
    }
}

function Export-NetshText {
    param([string]$Folder)
    $commands = [ordered]@{
        'consec.txt'   = @('advfirewall', 'consec', 'show', 'rule', 'name=all', 'verbose')
        'mainmode.txt' = @('advfirewall', 'mainmode', 'show', 'rule', 'name=all', 'verbose')
        'global.txt'   = @('advfirewall', 'show', 'global')
    }
    foreach ($name in $commands.Keys) {
        Write-TextFile -Name (Join-Path $Folder $name) -Text (Invoke-Tool 'netsh.exe' $commands[$name])
    }
}

function ConvertTo-JsonText {
    param($Objects)
    return ConvertTo-Json -InputObject @($Objects) -Depth 6
}

$script:HasSince = $PSBoundParameters.Keys -contains 'Since'
if (-not $OutputFolder) {
    $place = $env:COMPUTERNAME
    if ($Redact) { $place = 'host' }
    $OutputFolder = Join-Path (Get-Location).Path ('ipsec-' + $place + '-' + (Get-Date -Format 'yyyyMMdd-HHmmss'))
}
if ((Test-Path -LiteralPath $OutputFolder) -and @(Get-ChildItem -LiteralPath $OutputFolder -Force).Count) {
    throw "The folder $OutputFolder is not empty."
}
$OutputFolder = (New-Item -ItemType Directory -Path $OutputFolder -Force).FullName
$null = New-Item -ItemType Directory -Path (Join-Path $OutputFolder '.netsh') -Force

Invoke-Part -Name 'rights' -Part {
    # The mandatory level: high, or system. Its identifiers are the same in every language.
    if ((Invoke-Tool 'whoami.exe' @('/groups')) -notmatch 'S-1-16-(12288|16384)') {
        throw 'this was not run elevated, so Windows may have withheld parts of the policy'
    }
}
# First the policy: its keys are then known, and taken out of everything else.
$script:HasPolicy = $false
Invoke-Part -Name 'policy objects' -Needs 'Get-NetIPsecRule' -Part {
    Write-TextFile -Name 'policy.json' -Text (ConvertTo-JsonText (Get-PolicyObject))
    $script:HasPolicy = $true
}
Invoke-Part -Name 'policy as netsh prints it' -Part {
    if ($script:HasPolicy) { Export-NetshText -Folder '.netsh' } else { Export-NetshText -Folder '.' }
}
Invoke-Part -Name 'VPN connections' -Needs 'Get-VpnConnection' -Part { Write-TextFile -Name 'vpn.json' -Text (ConvertTo-JsonText (Get-VpnPolicy)) }
Invoke-Part -Name 'remote access' -Needs 'Get-VpnServerConfiguration' -Part {
    # The cmdlets are on hosts of administrators too.
    if (@(Get-CimInstance -ClassName Win32_Service -Filter "Name='RemoteAccess' and State='Running'")) {
        Write-TextFile -Name 'rras.json' -Text (ConvertTo-JsonText (Get-RemoteAccessPolicy))
    }
    else { $script:Absent += 'remote access: its service does not run' }
}
Invoke-Part -Name 'certificates' -Part { Write-TextFile -Name 'certificates.json' -Text (ConvertTo-JsonText (Get-CertificateList)) }
Invoke-Part -Name 'services' -Part { Write-TextFile -Name 'services.json' -Text (ConvertTo-JsonText (Get-ServiceSetup)) }
Invoke-Part -Name 'state of the filtering engine' -Part { Export-Wfp -What 'state' -Name 'wfpstate.xml' }
Invoke-Part -Name 'network events' -Part { Export-Wfp -What 'netevents' -Name 'netevents.xml' }
Invoke-Part -Name 'security associations' -Part {
    Write-TextFile -Name 'mmsa.txt' -Text (Invoke-Tool 'netsh.exe' @('advfirewall', 'monitor', 'show', 'mmsa'))
    Write-TextFile -Name 'qmsa.txt' -Text (Invoke-Tool 'netsh.exe' @('advfirewall', 'monitor', 'show', 'qmsa'))
}
Invoke-Part -Name 'statistics' -Part {
    Write-TextFile -Name 'statistics.txt' -Text (Invoke-Tool 'netsh.exe' @('ipsec', 'dynamic', 'show', 'stats', 'type=all'))
}
Invoke-Part -Name 'registry values' -Part { Write-TextFile -Name 'registry.reg' -Text (Get-RegistryText) }
Invoke-Part -Name 'audit policy' -Part {
    # The backup writes numbers, the listing words of the system's language.
    $raw = Get-TemporaryName
    try {
        $said = Invoke-Tool 'auditpol.exe' @('/backup', "/file:$raw")
        if (-not (Test-Path -LiteralPath $raw)) { throw $said }
        Write-TextFile -Name 'auditpol.csv' -Text ((Get-Content -LiteralPath $raw) -join "`r`n")
    }
    finally {
        Remove-Item -LiteralPath $raw -Force -ErrorAction SilentlyContinue
    }
}
if ($ExecutionContext.SessionState.LanguageMode -eq 'FullLanguage') {
    Invoke-Part -Name 'events' -Needs 'Get-WinEvent' -Part { Write-TextFile -Name 'events.xml' -Text (Get-EventText) }
}
else { Invoke-Part -Name 'events' -Part { Export-EventFile } }

# ipseclint reads these lines: a part that is missing is never taken for one that is empty.
$about = @('Collected ' + (Get-Date).ToUniversalTime().ToString('u') + ' by the collector of ipseclint')
$about += @($script:Failed | ForEach-Object { "Not collected: $_" })
$about += @($script:Absent | ForEach-Object { "Not on this machine: $_" })
if (-not $script:Failed) { $about += 'Everything else was collected.' }
Write-TextFile -Name 'notes.txt' -Text ($about -join "`r`n")
$script:Keys = @()
Get-Item -LiteralPath $OutputFolder
# ipseclint wrote this script; SHA-256 of its other lines: 94f22027db20aa87d10d59a2c350a2d96ed3c74394a67fa1ed3900fbe7922494
