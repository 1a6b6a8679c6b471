# ipseclint for PowerShell: the program does the work, these functions make objects of what it says.
# Only language that constrained language mode allows: no types are added, no .NET is called but on core types.

Set-StrictMode -Version 2.0

$script:Rules = $null
$script:Rulesets = $null
$script:Peers = $null
$script:Reports = $null

function Get-Program {
    # The words that call the program: what the caller named, what the offline bundle has installed, or PATH's.
    param([string]$Program)
    if ($Program -match '\.(cmd|bat)$') { throw 'A batch file would take % and ^ in names for its own; name the program itself.' }
    if ($Program) { return $Program }
    $beside = Join-Path $PSScriptRoot 'ipseclint.exe'
    if (Test-Path -LiteralPath $beside) { return $beside }
    if ($env:ProgramFiles) {
        $installed = Join-Path $env:ProgramFiles 'ipseclint\Scripts\ipseclint.exe'
        if (Test-Path -LiteralPath $installed) { return $installed }
        $python = Join-Path $env:ProgramFiles 'ipseclint\python\python.exe'
        if (Test-Path -LiteralPath $python) { return @($python, '-m', 'ipseclint') }
    }
    $found = @(Get-Command -Name 'ipseclint' -CommandType Application -ErrorAction SilentlyContinue |
            Where-Object { $_.Path -notmatch '\.(cmd|bat)$' })
    if ($found) { return $found[0].Path }
    throw 'ipseclint is not on the PATH. Install it (pipx install ipseclint), or name it with -Program.'
}

function ConvertTo-Argument {
    # Before 7.3 PowerShell writes one command line and escapes nothing in it: what is quoted here it leaves as it is.
    param([string]$Text)
    if ($PSVersionTable.PSVersion -ge [version]'7.3') { return $Text }
    # An empty word is quoted too: without, the program would not see it.
    if ($Text -and $Text -notmatch '[\s"]') { return $Text }
    $escaped = $Text -replace '(\\*)"', '$1$1\"' -replace '(\\+)\z', '$1$1'
    return '"' + $escaped + '"'
}

function Invoke-Native {
    # Run a program; what it prints comes as text, what it says on stderr as error records, and $LASTEXITCODE is its code.
    param([string[]]$Words)
    # A profile may have set these otherwise: names would be taken apart, and findings be errors that stop.
    $PSNativeCommandArgumentPassing = 'Standard'
    if ($PSVersionTable.PSVersion -lt [version]'7.3') { $PSNativeCommandArgumentPassing = 'Legacy' } # 7.2 has it as an experiment
    $PSNativeCommandUseErrorActionPreference = $false
    $ErrorActionPreference = 'Continue'
    $path, $rest = $Words
    $native = @($rest | ForEach-Object { ConvertTo-Argument -Text $_ })
    # A program that cannot be started would leave the exit code of the one before it.
    try { & $path @native 2>&1 } catch { throw }
}

function Get-TemporaryName {
    param([string]$Extension)
    $folder = $env:TEMP
    if (-not $folder) { $folder = '/tmp' }
    return Join-Path $folder ('ipseclint-' + (New-Guid).ToString('N') + $Extension)
}

function ConvertTo-Record {
    # An object of a type of our own. Constrained language mode refuses a cast to [pscustomobject].
    param([string]$TypeName, $Members)
    $record = New-Object -TypeName PSObject -Property $Members
    return Add-Member -InputObject $record -TypeName $TypeName -PassThru
}

function Test-IsAgreed {
    # Whether to go on, as -WhatIf and -Confirm have it. Constrained language mode lets no script call ShouldProcess: there
    # a cmdlet that asks by itself stands in for it, and says the same words.
    param($Cmdlet, [string]$Target, [string]$Action)
    if ($ExecutionContext.SessionState.LanguageMode -eq 'FullLanguage') { return $Cmdlet.ShouldProcess($Target, $Action) }
    $agreed = $null
    Set-Variable -Name 'agreed' -Value ('{0}: {1}' -f $Action, $Target)
    return $null -ne $agreed
}

function Test-IsErrorRecord {
    # Whether a line came from stderr. Its type is told by name: constrained language mode knows few types.
    param($Line)
    return $Line.PSObject.TypeNames -contains 'System.Management.Automation.ErrorRecord'
}

function Invoke-Program {
    # Run ipseclint; what it says on stderr, its exit code, and with -ReportFile what it wrote there, read as UTF-8.
    param([string]$Program, [string[]]$Words, [string]$ReportFile)
    $lines = @(Invoke-Native -Words (@(Get-Program -Program $Program) + $Words))
    $code = $LASTEXITCODE
    # An empty line of stderr has the name of its exception's type for a message.
    $said = @($lines | Where-Object { Test-IsErrorRecord -Line $_ } | ForEach-Object { [string]$_ } |
            Where-Object { $_ -ne 'System.Management.Automation.RemoteException' })
    $printed = @($lines | Where-Object { -not (Test-IsErrorRecord -Line $_) } | ForEach-Object { [string]$_ })
    $report = $null
    if ($ReportFile -and (Test-Path -LiteralPath $ReportFile)) {
        $report = Get-Content -LiteralPath $ReportFile -Raw -Encoding UTF8
        Remove-Item -LiteralPath $ReportFile -Force -WhatIf:$false -Confirm:$false
    }
    return @{ Code = $code; Said = $said -join "`n"; Printed = $printed -join "`n"; Report = $report }
}

function Assert-Answer {
    # An error that stops, in the program's own words, where it did not answer.
    param($Run, [int[]]$Expected, [string]$Text)
    if ($Expected -notcontains $Run.Code -or -not $Text) {
        $words = $Run.Said
        if (-not $words) { $words = $Run.Printed }
        throw ('ipseclint ended with {0}: {1}' -f $Run.Code, $words)
    }
}

function Read-Json {
    # What the program wrote as JSON, or an error that stops.
    param($Run, [int[]]$Expected, [string]$Text)
    Assert-Answer -Run $Run -Expected $Expected -Text $Text
    return ConvertFrom-Json -InputObject $Text
}

function Read-JsonLine {
    # What the program wrote as JSON, a document a line: Windows PowerShell may refuse one of more than 2,097,152 characters.
    param($Run, [int[]]$Expected, [string]$Text)
    Assert-Answer -Run $Run -Expected $Expected -Text $Text
    foreach ($line in ($Text -split '\r?\n')) {
        if ($line) { ConvertFrom-Json -InputObject $line }
    }
}

function Select-Value {
    # A member that may be missing: strict mode refuses to ask for one that is not there.
    param($Object, [string]$Name)
    if ($null -eq $Object) { return $null }
    $member = $Object.PSObject.Properties[$Name]
    if ($null -eq $member) { return $null }
    return $member.Value
}

function Resolve-InputPath {
    # The path that the program is given: of a file object, a GPO (backed up into a folder of its own below -BackupFolder),
    # or a text.
    param($InputObject, [string]$BackupFolder)
    $guid = Select-Value -Object $InputObject -Name 'Id'
    $domain = Select-Value -Object $InputObject -Name 'DomainName'
    if ($guid -and $domain) {
        $folder = Join-Path $BackupFolder ((New-Guid).ToString('N'))
        New-Item -ItemType Directory -Path $folder -Force -WhatIf:$false -Confirm:$false | Out-Null
        Backup-GPO -Guid $guid -Domain $domain -Path $folder -WhatIf:$false -Confirm:$false -ErrorAction Stop | Out-Null
        return $folder
    }
    $full = Select-Value -Object $InputObject -Name 'FullName'
    if ($full) { return [string]$full }
    $text = [string]$InputObject
    if ($text -eq '-') { throw 'Standard input is not taken here; name a file.' }
    return Resolve-Name -Name $text
}

function Resolve-Name {
    # Drives of PowerShell and ~ mean nothing to a program. Of a file that is to be written the folder is there.
    param([string]$Name, [switch]$New)
    if ($Name -notmatch '^~|^\w{2,}:|::') { return $Name }
    if (-not $New) { return Convert-Path -LiteralPath $Name -ErrorAction Stop }
    return Join-Path (Convert-Path -LiteralPath (Split-Path -Path $Name -Parent) -ErrorAction Stop) (Split-Path -Path $Name -Leaf)
}

function Clear-Backup {
    param([string]$Folder)
    Remove-Item -LiteralPath $Folder -Recurse -Force -WhatIf:$false -Confirm:$false -ErrorAction SilentlyContinue
}

function ConvertTo-Finding {
    param($Finding)
    $fix = Select-Value -Object $Finding -Name 'fix'
    $errors = @(Select-Value -Object $Finding -Name 'leads_to')
    $known = @('baseline', 'since' | ForEach-Object { Select-Value -Object $Finding -Name $_ } | Where-Object { $_ })
    $isNew = $null
    if ($known) { $isNew = $known -notcontains 'unchanged' -and $known -notcontains 'still' }
    return ConvertTo-Record -TypeName 'Ipseclint.Finding' -Members ([ordered]@{
        Severity      = $Finding.severity
        Code          = $Finding.code
        Name          = $Finding.name
        Object        = $Finding.subject.name
        ObjectKind    = $Finding.subject.kind
        Message       = $Finding.message
        Path          = $Finding.location.path
        Line          = $Finding.location.line
        Column        = $Finding.location.column
        Basis         = $Finding.basis
        WindowsErrors = @($errors | Where-Object { $_ } | ForEach-Object { '{0} {1}' -f $_.code, $_.name })
        Netsh         = Select-Value -Object $fix -Name 'netsh'
        PowerShell    = Select-Value -Object $fix -Name 'powershell'
        Note          = Select-Value -Object $fix -Name 'note'
        IsRisky       = [bool](Select-Value -Object $fix -Name 'risky')
        Waiver        = Select-Value -Object $Finding -Name 'waiver'
        IsNew         = $isNew
        Gpo           = Select-Value -Object $Finding -Name 'gpo'
        Fingerprint   = $Finding.fingerprint
    })
}

function ConvertTo-Problem {
    param($Problem)
    return ConvertTo-Record -TypeName 'Ipseclint.Problem' -Members ([ordered]@{
        Code       = $Problem.code
        Message    = $Problem.message
        Path       = $Problem.location.path
        Line       = $Problem.location.line
        Column     = $Problem.location.column
    })
}

function Invoke-Ipseclint {
    <#
    .SYNOPSIS
    Checks IPsec policies and returns each finding as an object.

    .DESCRIPTION
    Takes files, folders and patterns, file objects, and GPOs of Get-GPO (each is backed up into a temporary folder, which
    is removed afterwards). What could not be read, or only in part, is an error for each problem, so that no result looks
    clean that was not wholly checked. With -Summary one object is returned that holds findings, problems and exit code.

    .PARAMETER Path
    What to check: paths, file objects, or GPOs, also from the pipeline.

    .PARAMETER Select
    Only these rules: codes, names or families such as QD.

    .PARAMETER Ignore
    Not these rules.

    .PARAMETER Ruleset
    The rulesets to check by, instead of the default one.

    .PARAMETER Severity
    Only findings of this severity or a graver one are returned.

    .PARAMETER Config
    The configuration file, instead of the nearest ipseclint.toml.

    .PARAMETER Waivers
    The file of waivers.

    .PARAMETER Baseline
    The baseline: findings that are in it have IsNew false.

    .PARAMETER Machine
    All inputs describe this one machine.

    .PARAMETER Isolated
    Take no configuration and no waivers but those that are named.

    .PARAMETER Since
    An earlier report as JSON: findings that it has have IsNew false.

    .PARAMETER Redact
    Replace names, addresses and paths in what is returned and in the reports.

    .PARAMETER Report
    Reports to write beside: a table of format and file, such as @{ html = 'report.html'; sarif = 'out.sarif' }.

    .PARAMETER Summary
    Return one object with Findings, Problems, Counts, NotChecked and ExitCode.

    .PARAMETER Program
    The program, if it is neither beside the module nor on the PATH.

    .EXAMPLE
    Invoke-Ipseclint C:\Policies\wfpstate.xml

    .EXAMPLE
    Get-GPO -All | Invoke-Ipseclint -Select CR | Sort-Object Severity

    .EXAMPLE
    if ((Invoke-Ipseclint .\policies -Summary).ExitCode -ne 0) { throw 'The policy is not ready.' }
    #>
    [CmdletBinding()]
    [OutputType('Ipseclint.Finding')]
    param(
        [Parameter(Mandatory = $true, Position = 0, ValueFromPipeline = $true)]
        [Alias('InputObject')]
        [object[]]$Path,
        [string[]]$Select = @(),
        [string[]]$Ignore = @(),
        [string[]]$Ruleset = @(),
        [ValidateSet('error', 'warning', 'info')]
        [string]$Severity = 'info',
        [string]$Config,
        [string]$Waivers,
        [string]$Baseline,
        [string]$Machine,
        [switch]$Isolated,
        [string]$Since,
        [switch]$Redact,
        [hashtable]$Report = @{},
        [switch]$Summary,
        [string]$Program
    )
    begin { $given = @() }
    process { $given += $Path }
    end {
        $backups = Get-TemporaryName -Extension ''
        try {
            $paths = @($given | ForEach-Object { Resolve-InputPath -InputObject $_ -BackupFolder $backups })
            $file = Get-TemporaryName -Extension '.jsonl'
            $words = @('check', '--quiet', '--output', "jsonl:$file")
            foreach ($format in $Report.Keys) { $words += @('--output', ('{0}:{1}' -f $format, (Resolve-Name -Name $Report[$format] -New))) }
            foreach ($word in $Select) { $words += @('--select', $word) }
            foreach ($word in $Ignore) { $words += @('--ignore', $word) }
            foreach ($word in $Ruleset) { $words += @('--ruleset', $word) }
            if ($Config) { $words += @('--config', (Resolve-Name -Name $Config)) }
            if ($Waivers) { $words += @('--waivers', (Resolve-Name -Name $Waivers)) }
            if ($Baseline) { $words += @('--baseline', (Resolve-Name -Name $Baseline)) }
            if ($Machine) { $words += @('--machine', $Machine) }
            if ($Isolated) { $words += '--isolated' }
            if ($Since) { $words += @('--since', (Resolve-Name -Name $Since)) }
            if ($Redact) { $words += '--redact' }
            $words += '--'
            $words += $paths
            $run = Invoke-Program -Program $Program -Words $words -ReportFile $file
            $records = @(Read-JsonLine -Run $run -Expected @(0, 1, 3, 4) -Text $run.Report)
            $body = $records | Where-Object { $_.type -eq 'summary' }
            $grave = @{ 'error' = 3; 'warning' = 2; 'info' = 1 }
            $findings = @($records | Where-Object { $_.type -eq 'finding' -and $grave[$_.severity] -ge $grave[$Severity] } |
                    ForEach-Object { ConvertTo-Finding -Finding $_ })
            $problems = @($records | Where-Object { $_.type -eq 'problem' } | ForEach-Object { ConvertTo-Problem -Problem $_ })
            if ($Summary) {
                return ConvertTo-Record -TypeName 'Ipseclint.Report' -Members ([ordered]@{
                    ExitCode   = $run.Code
                    Findings   = $findings
                    Problems   = $problems
                    Counts     = $body.summary
                    NotChecked = @($body.not_checked)
                    Inputs     = @($body.inputs)
                    Version    = $body.tool.version
                    Ruleset    = $body.tool.ruleset
                })
            }
            $findings  # first: an error may stop what comes behind it
            foreach ($problem in $problems) {
                Write-Error -Message ('{0}:{1}: {2} {3}' -f $problem.Path, $problem.Line, $problem.Code, $problem.Message) `
                    -ErrorId $problem.Code -Category InvalidData -TargetObject $problem
            }
            if ($run.Code -eq 3 -and -not $problems) {
                Write-Error -Message 'Nothing was checked: no input holds IPsec policy.' -ErrorId 'NothingChecked'
            }
        }
        finally { Clear-Backup -Folder $backups }
    }
}

function Get-IpseclintRule {
    <#
    .SYNOPSIS
    Lists the rules: code, name, severity, what each is about, and which facts of the site it needs.

    .PARAMETER Name
    Codes, names or families; wildcards are taken. Without it, every rule.

    .PARAMETER Ruleset
    The ruleset whose severities to show.

    .PARAMETER Program
    The program, if it is neither beside the module nor on the PATH.

    .EXAMPLE
    Get-IpseclintRule QD*

    .EXAMPLE
    Get-IpseclintRule | Where-Object Needs
    #>
    [CmdletBinding()]
    [OutputType('Ipseclint.Rule')]
    param(
        [Parameter(Position = 0)][string[]]$Name = @('*'),
        [string]$Ruleset,
        [string]$Program
    )
    $words = @('rules', '--all', '--format', 'json')
    if ($Ruleset) { $words += @('--ruleset', $Ruleset) }
    $run = Invoke-Program -Program $Program -Words $words
    foreach ($rule in (Read-Json -Run $run -Expected @(0) -Text $run.Printed)) {
        $matching = @($Name | Where-Object { $rule.code -like $_ -or $rule.name -like $_ -or $rule.code.Substring(0, 2) -eq $_ })
        if (-not $matching) { continue }
        ConvertTo-Record -TypeName 'Ipseclint.Rule' -Members ([ordered]@{
            Code       = $rule.code
            Name       = $rule.name
            Severity   = $rule.severity
            IsEnabled  = $rule.enabled
            Summary    = $rule.summary
            Needs      = @($rule.needs)
            Basis      = @($rule.basis)
        })
    }
}

function Get-IpseclintExplanation {
    <#
    .SYNOPSIS
    Explains a rule, a Windows error, an event, or a sentence of a log.

    .DESCRIPTION
    Takes what is at hand: QD002, 13811, 0x800735F3, 4653, "No policy configured", or events of Get-WinEvent, of which the
    text is looked through.

    .PARAMETER Word
    What to explain, also from the pipeline: finding objects are explained by their rule, events by their text.

    .PARAMETER Program
    The program, if it is neither beside the module nor on the PATH.

    .EXAMPLE
    Get-IpseclintExplanation 13811

    .EXAMPLE
    Get-WinEvent -FilterHashtable @{ LogName = 'Security'; Id = 4653 } -MaxEvents 1 | Get-IpseclintExplanation
    #>
    [CmdletBinding()]
    [OutputType('Ipseclint.Explanation')]
    param(
        [Parameter(Mandatory = $true, Position = 0, ValueFromPipeline = $true)]
        [object[]]$Word,
        [string]$Program
    )
    process {
        foreach ($item in $Word) {
            $text = [string]$item
            $code = Select-Value -Object $item -Name 'Code'
            $message = Select-Value -Object $item -Name 'Message'
            $id = Select-Value -Object $item -Name 'Id'
            if ($code) { $text = [string]$code }
            elseif ($id -and $message) { $text = "Event ID: $id`n$message" }
            # What is typed as 0x800735F3 is a number below zero here.
            elseif ($item -is [int] -and $item -lt 0) { $text = '0x{0:x8}' -f $item }
            $run = Invoke-Program -Program $Program -Words @('explain', '--format', 'json', '--', $text)
            foreach ($explanation in (Read-Json -Run $run -Expected @(0) -Text $run.Printed).explanations) {
                ConvertTo-Record -TypeName 'Ipseclint.Explanation' -Members ([ordered]@{
                    Kind       = $explanation.kind
                    Key        = $explanation.key
                    Title      = $explanation.title
                    Rules      = @($explanation.rules)
                    Text       = @($explanation.sections | ForEach-Object { @($_.heading) + @($_.text) } | Where-Object { $_ }) -join "`n"
                })
            }
        }
    }
}

function Compare-IpsecPolicy {
    <#
    .SYNOPSIS
    Says what a change does: which traffic is treated otherwise, which objects changed, which findings are new and gone.

    .PARAMETER Reference
    The policy as it is: a path, a file object, or a GPO.

    .PARAMETER Difference
    The policy as it is to be.

    .PARAMETER Program
    The program, if it is neither beside the module nor on the PATH.

    .EXAMPLE
    Compare-IpsecPolicy .\backup\wfpstate.xml .\wfpstate.xml

    .EXAMPLE
    (Compare-IpsecPolicy .\old.cmd .\new.cmd).Traffic | Where-Object Effect -eq weaker
    #>
    [CmdletBinding()]
    [OutputType('Ipseclint.Difference')]
    param(
        [Parameter(Mandatory = $true, Position = 0)][object]$Reference,
        [Parameter(Mandatory = $true, Position = 1, ValueFromPipeline = $true)][object]$Difference,
        [string]$Program
    )
    process {
        $backups = Get-TemporaryName -Extension ''
        try {
            $old = Resolve-InputPath -InputObject $Reference -BackupFolder $backups
            $new = Resolve-InputPath -InputObject $Difference -BackupFolder $backups
            $run = Invoke-Program -Program $Program -Words @('diff', '--format', 'json', '--', $old, $new)
            $body = Read-Json -Run $run -Expected @(0, 1, 4) -Text $run.Printed
            ConvertTo-Record -TypeName 'Ipseclint.Difference' -Members ([ordered]@{
                ExitCode    = $run.Code
                IsSame      = $run.Code -eq 0
                Verdict     = Select-Value -Object $body -Name 'verdict'
                Traffic     = @(Select-Value -Object $body -Name 'traffic')
                Objects     = @(Select-Value -Object $body -Name 'objects')
                NewFindings = @(Select-Value -Object (Select-Value -Object $body -Name 'findings') -Name 'new')
                GoneFindings = @(Select-Value -Object (Select-Value -Object $body -Name 'findings') -Name 'gone')
                Load        = Select-Value -Object $body -Name 'load'
            })
        }
        finally { Clear-Backup -Folder $backups }
    }
}

function Test-IpsecNegotiation {
    <#
    .SYNOPSIS
    Says whether two ends will agree, stage by stage, each as the one that starts.

    .PARAMETER Path
    One end: an export, a script, a folder of one machine, or a GPO, also from the pipeline.

    .PARAMETER Peer
    The other end: likewise, or the name of a known peer such as azure-gateway.

    .PARAMETER Program
    The program, if it is neither beside the module nor on the PATH.

    .EXAMPLE
    Test-IpsecNegotiation .\branch.cmd .\hub.xml

    .EXAMPLE
    Test-IpsecNegotiation .\hub.xml azure-gateway | Where-Object Verdict -ne secured
    #>
    [CmdletBinding()]
    [OutputType('Ipseclint.Negotiation')]
    param(
        [Parameter(Mandatory = $true, Position = 0, ValueFromPipeline = $true)][object]$Path,
        [Parameter(Mandatory = $true, Position = 1)][object]$Peer,
        [string]$Program
    )
    process {
        $backups = Get-TemporaryName -Extension ''
        try {
            $one = Resolve-InputPath -InputObject $Path -BackupFolder $backups
            $other = Resolve-InputPath -InputObject $Peer -BackupFolder $backups
            $run = Invoke-Program -Program $Program -Words @('negotiate', '--format', 'json', '--', $one, $other)
            $body = Read-Json -Run $run -Expected @(0, 1, 3, 4) -Text $run.Printed
            foreach ($pair in @($body.pairs | Where-Object { $_ })) {
                ConvertTo-Record -TypeName 'Ipseclint.Negotiation' -Members ([ordered]@{
                    Verdict      = $pair.verdict
                    Initiator    = $pair.initiator
                    A            = $pair.a.subject
                    B            = $pair.b.subject
                    Stage        = $pair.stage
                    When         = $pair.when
                    AfterSeconds = $pair.after_seconds
                    KeyModule    = $pair.key_module
                    Differences  = @($pair.differences)
                    ASees        = $pair.a_sees
                    BSees        = $pair.b_sees
                    Fix          = $pair.fix
                    Basis        = $pair.basis
                })
            }
        }
        finally { Clear-Backup -Folder $backups }
    }
}

function New-IpseclintWaiver {
    <#
    .SYNOPSIS
    Accepts a finding, with a reason.

    .PARAMETER Finding
    A finding object of Invoke-Ipseclint, also from the pipeline, or its fingerprint.

    .PARAMETER Path
    The input that shows it; taken from the finding object if that is given.

    .PARAMETER Reason
    Why it is accepted.

    .PARAMETER Owner
    Who accepts it.

    .PARAMETER Ticket
    Where it is tracked.

    .PARAMETER Expires
    The last day on which the waiver holds.

    .PARAMETER File
    The file of waivers, instead of the one that a check reads.

    .PARAMETER Program
    The program, if it is neither beside the module nor on the PATH.

    .EXAMPLE
    Invoke-Ipseclint .\policy.cmd -Select CR004 | New-IpseclintWaiver -Reason 'Printers until June' -Expires 2027-06-30

    .EXAMPLE
    New-IpseclintWaiver -Finding 5094db1d14d46596 -Path .\policy.cmd -Reason 'Agreed' -WhatIf
    #>
    [CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'Medium')]
    param(
        [Parameter(Mandatory = $true, Position = 0, ValueFromPipeline = $true)][object]$Finding,
        [string]$Path,
        [Parameter(Mandatory = $true)][string]$Reason,
        [string]$Owner,
        [string]$Ticket,
        [datetime]$Expires,
        [string]$File,
        [string]$Program
    )
    process {
        $fingerprint = Select-Value -Object $Finding -Name 'Fingerprint'
        if (-not $fingerprint) { $fingerprint = [string]$Finding }
        $shown = $Path
        if (-not $shown) { $shown = Select-Value -Object $Finding -Name 'Path' }
        if (-not $shown) { throw 'Name the input that shows the finding: -Path.' }
        $words = @('waive', '--reason', $Reason)
        if ($Owner) { $words += @('--owner', $Owner) }
        if ($Ticket) { $words += @('--ticket', $Ticket) }
        if ($PSBoundParameters.Keys -contains 'Expires') {
            # Not by a format of dates, which counts the years as the culture does.
            $words += @('--expires', ('{0:0000}-{1:00}-{2:00}' -f $Expires.Year, $Expires.Month, $Expires.Day))
        }
        if ($File) { $words += @('--file', (Resolve-Name -Name $File -New)) }
        $words += @('--', $fingerprint, $shown)
        if (Test-IsAgreed -Cmdlet $PSCmdlet -Target $fingerprint -Action 'Accept the finding') {
            $run = Invoke-Program -Program $Program -Words $words
            if ($run.Code -ne 0) { throw ('ipseclint ended with {0}: {1}' -f $run.Code, $run.Said) }
            Write-Verbose $run.Said
        }
    }
}

function Export-IpsecPolicy {
    <#
    .SYNOPSIS
    Collects the IPsec policy and the evidence of this machine into one folder, to be checked here or elsewhere.

    .DESCRIPTION
    Runs the collector, which only reads and writes no key. What it needs an elevated prompt for, and cannot have, stands in
    the folder's notes.txt, and a check of the folder says it.

    .PARAMETER OutputFolder
    The folder to write; it must not exist, or be empty.

    .PARAMETER Days
    How many days back events are collected.

    .PARAMETER Since
    From when on events are collected, instead of Days.

    .PARAMETER Redact
    Replace the names of the computer, of its domain and of users, and security identifiers, in all that is written.

    .PARAMETER Program
    The program, if it is neither beside the module nor on the PATH.

    .EXAMPLE
    Export-IpsecPolicy C:\Temp\hub01 | Invoke-Ipseclint
    #>
    [CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'Low')]
    [OutputType('System.IO.DirectoryInfo')]
    param(
        [Parameter(Mandatory = $true, Position = 0)][string]$OutputFolder,
        [ValidateRange(1, 365)][int]$Days = 7,
        [datetime]$Since,
        [switch]$Redact,
        [string]$Program
    )
    if (-not (Test-IsAgreed -Cmdlet $PSCmdlet -Target $OutputFolder -Action 'Write the IPsec policy and evidence of this machine')) { return }
    $ConfirmPreference = 'None' # what the collector does in its turn is agreed on
    $script = Join-Path $PSScriptRoot 'Export-IpsecPolicy.ps1'
    $made = $null
    try {
        if (-not (Test-Path -LiteralPath $script)) {
            $run = Invoke-Program -Program $Program -Words @('collect-script')
            if ($run.Code -ne 0) { throw ('ipseclint ended with {0}: {1}' -f $run.Code, $run.Said) }
            $script = $made = Get-TemporaryName -Extension '.ps1'
            Set-Content -LiteralPath $script -Value $run.Printed -Encoding UTF8 -WhatIf:$false -Confirm:$false
        }
        $asked = @{ OutputFolder = $OutputFolder; Days = $Days }
        if ($PSBoundParameters.Keys -contains 'Since') { $asked.Since = $Since }
        if ($Redact) { $asked.Redact = $true }
        & $script @asked | Out-Null
        Get-Item -LiteralPath $OutputFolder
    }
    finally {
        if ($made) { Remove-Item -LiteralPath $made -Force -WhatIf:$false -Confirm:$false -ErrorAction SilentlyContinue }
    }
}

function Format-Digest {
    # A report in a few lines of plain text, worst first, for mail, chat and logs.
    param($Report, [int]$MaxLines)
    $grave = @{ 'error' = 1; 'warning' = 2; 'info' = 3 }
    $sorted = @($Report.Findings | Sort-Object -Property @{ Expression = { $grave[$_.Severity] } }, @{ Expression = 'Code' })
    $lines = @('ipseclint {0}: {1} findings, {2} inputs not wholly read' -f $Report.Version, $sorted.Count, @($Report.Problems).Count)
    foreach ($finding in ($sorted | Select-Object -First $MaxLines)) {
        $lines += '{0} {1} {2}: {3} ({4}:{5})' -f $finding.Severity, $finding.Code, $finding.Object, $finding.Message, $finding.Path, $finding.Line
    }
    if ($sorted.Count -gt $MaxLines) { $lines += 'and {0} more' -f ($sorted.Count - $MaxLines) }
    $problems = @($Report.Problems)
    foreach ($problem in ($problems | Select-Object -First $MaxLines)) { $lines += 'not read: {0} {1}' -f $problem.Path, $problem.Message }
    if ($problems.Count -gt $MaxLines) { $lines += 'and {0} more not read' -f ($problems.Count - $MaxLines) }
    return $lines
}

function Write-IpseclintEvent {
    <#
    .SYNOPSIS
    Writes the outcome of a check into the Application log.

    .DESCRIPTION
    Event 101 (information): nothing at or above warning; 102 (warning): findings; 103 (error): inputs that were not wholly
    read; 104 (error): the check itself failed. Needs administrator's rights the first time, when the source ipseclint is made.

    .PARAMETER Report
    The object of Invoke-Ipseclint -Summary, or the error that stopped it, also from the pipeline.

    .EXAMPLE
    Invoke-Ipseclint C:\Exports -Summary | Write-IpseclintEvent
    #>
    [CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'Low')]
    param([Parameter(Mandatory = $true, Position = 0, ValueFromPipeline = $true)][object]$Report)
    process {
        $kind = 'INFORMATION'; $id = 101
        $code = Select-Value -Object $Report -Name 'ExitCode'
        if ($code -eq 1) { $kind = 'WARNING'; $id = 102 }
        if ($code -gt 1) { $kind = 'ERROR'; $id = 103 }
        if (Test-IsErrorRecord -Line $Report) { $kind = 'ERROR'; $id = 104; $text = 'ipseclint has checked nothing: ' + [string]$Report }
        else { $text = (Format-Digest -Report $Report -MaxLines 50) -join "`r`n" }
        # A command line holds 32,767 characters, and quoting may double them.
        if ($text.Length -gt 15000) { $text = $text.Substring(0, 15000) }
        if (Test-IsAgreed -Cmdlet $PSCmdlet -Target 'Application log' -Action "Write event $id of the source ipseclint") {
            $words = @('eventcreate.exe', '/L', 'APPLICATION', '/SO', 'ipseclint', '/T', $kind, '/ID', [string]$id, '/D', $text)
            Invoke-Native -Words $words | Out-Null
            if ($LASTEXITCODE -ne 0) { throw "eventcreate ended with $LASTEXITCODE; the first event needs an elevated prompt." }
        }
    }
}

function Send-IpseclintMail {
    <#
    .SYNOPSIS
    Mails the outcome of a check.

    .PARAMETER Report
    The object of Invoke-Ipseclint -Summary, also from the pipeline.

    .PARAMETER To
    Who gets it.

    .PARAMETER From
    Who sends it.

    .PARAMETER SmtpServer
    The server that takes it.

    .PARAMETER Attachment
    Files to send along, such as an HTML report.

    .EXAMPLE
    Invoke-Ipseclint C:\Exports -Summary | Send-IpseclintMail -To net@corp.example -From lint@corp.example -SmtpServer mx
    #>
    [CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'Medium')]
    param(
        [Parameter(Mandatory = $true, Position = 0, ValueFromPipeline = $true)][object]$Report,
        [Parameter(Mandatory = $true)][string[]]$To,
        [Parameter(Mandatory = $true)][string]$From,
        [Parameter(Mandatory = $true)][string]$SmtpServer,
        [string[]]$Attachment = @()
    )
    process {
        $lines = @(Format-Digest -Report $Report -MaxLines 100)
        $mail = @{ To = $To; From = $From; SmtpServer = $SmtpServer; Subject = $lines[0]; Body = $lines -join "`r`n" }
        if ($Attachment) { $mail.Attachments = $Attachment }
        if (Test-IsAgreed -Cmdlet $PSCmdlet -Target ($To -join ', ') -Action 'Send the outcome by mail') {
            Send-MailMessage @mail -Encoding UTF8 -UseSsl -WarningAction SilentlyContinue -ErrorAction Stop
        }
    }
}

function Send-IpseclintTeamsMessage {
    <#
    .SYNOPSIS
    Posts the outcome of a check to a channel of Microsoft Teams, as an adaptive card.

    .PARAMETER Report
    The object of Invoke-Ipseclint -Summary, also from the pipeline.

    .PARAMETER Uri
    The address that the workflow of the channel gives. Keep it like a password.

    .EXAMPLE
    Invoke-Ipseclint C:\Exports -Summary | Send-IpseclintTeamsMessage -Uri $env:TEAMS_WORKFLOW
    #>
    [CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'Medium')]
    param(
        [Parameter(Mandatory = $true, Position = 0, ValueFromPipeline = $true)][object]$Report,
        [Parameter(Mandatory = $true)][string]$Uri
    )
    process {
        $blocks = @(Format-Digest -Report $Report -MaxLines 20 | ForEach-Object {
                $line = $_
                if ($line.Length -gt 500) { $line = $line.Substring(0, 500) + '...' }
                @{ type = 'TextBlock'; text = ($line -replace '([\\`*_{}\[\]()#+.!|~<>-])', '\$1'); wrap = $true }
            })
        # Teams refuses messages above 28 KB. A letter that is not ASCII takes three bytes at most.
        do {
            $card = @{ type = 'AdaptiveCard'; version = '1.4'; body = $blocks; '$schema' = 'http://adaptivecards.io/schemas/adaptive-card.json' }
            $message = @{
                type        = 'message'
                attachments = @(@{ contentType = 'application/vnd.microsoft.card.adaptive'; content = $card })
            }
            $body = ConvertTo-Json -InputObject $message -Depth 10 -Compress
            $blocks = @($blocks | Select-Object -First ($blocks.Count - 1))
        } while (($body -replace '[^\x00-\x7F]', 'xxx').Length -gt 27000)
        if (Test-IsAgreed -Cmdlet $PSCmdlet -Target 'Teams' -Action 'Post the outcome') {
            Invoke-RestMethod -Method Post -Uri $Uri -ContentType 'application/json; charset=utf-8' -Body $body | Out-Null
        }
    }
}

function Register-IpseclintTask {
    <#
    .SYNOPSIS
    Makes a scheduled task that collects this machine's policy, checks it, and writes the outcome into the Application log.

    .DESCRIPTION
    The task runs as SYSTEM, so the module must lie below the folder of programs, where only administrators write. Exports
    are kept until somebody removes them. A run that fails writes event 104; one that was missed is made up for.

    .PARAMETER Folder
    Where the exports are kept, one folder a run: a whole path.

    .PARAMETER At
    When it runs, each day.

    .PARAMETER TaskName
    What the task is called.

    .EXAMPLE
    Register-IpseclintTask -Folder C:\ProgramData\ipseclint -At 03:00
    #>
    [CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'Medium')]
    param(
        [Parameter(Mandatory = $true, Position = 0)][string]$Folder,
        [datetime]$At = '03:00',
        [string]$TaskName = 'ipseclint'
    )
    # The task runs as SYSTEM: what it runs must not be where others may write.
    if (-not ($PSScriptRoot + '\').ToLowerInvariant().StartsWith(($env:ProgramFiles + '\').ToLowerInvariant())) {
        throw "Install the module below $env:ProgramFiles first (install.ps1): the task runs it as SYSTEM."
    }
    if ($Folder -notmatch '^([A-Za-z]:[\\/]|\\\\)') { throw 'The task starts elsewhere: give the folder with its drive.' }
    # PowerShell takes typographic quotation marks for the plain ones.
    $module, $place = @((Join-Path $PSScriptRoot 'Ipseclint.psd1'), $Folder) -replace "['\u2018-\u201B]", '$0$0'
    $command = "Import-Module '$module'; `$out = Join-Path '$place' (Get-Date -Format 'yyyyMMdd-HHmmss'); " +
    'try { Export-IpsecPolicy -OutputFolder $out | Invoke-Ipseclint -Summary | Write-IpseclintEvent } catch { $_ | Write-IpseclintEvent }'
    $quoted = $command -replace '(\\*)"', '$1$1\"'
    # Without a policy for it, clients run no script; what lies below the folder of programs is trusted.
    $arguments = "-NoProfile -NonInteractive -ExecutionPolicy RemoteSigned -Command `"$quoted`""
    $action = New-ScheduledTaskAction -Execute 'powershell.exe' -Argument $arguments
    $trigger = New-ScheduledTaskTrigger -Daily -At $At
    $settings = New-ScheduledTaskSettingsSet -StartWhenAvailable -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries
    $principal = New-ScheduledTaskPrincipal -UserId 'SYSTEM' -RunLevel Highest
    if (Test-IsAgreed -Cmdlet $PSCmdlet -Target $TaskName -Action 'Register the scheduled task') {
        Register-ScheduledTask -TaskName $TaskName -Action $action -Trigger $trigger -Principal $principal -Settings $settings -Force
    }
}

$completeRule = {
    param($commandName, $parameterName, $wordToComplete)
    if ($null -eq $script:Rules) {
        try { $script:Rules = @(Get-IpseclintRule) } catch { $script:Rules = @() }
    }
    foreach ($rule in $script:Rules) {
        foreach ($word in @($rule.Code, $rule.Name)) { if ($word -like "$wordToComplete*") { $word } }
    }
}
$completeRuleset = {
    param($commandName, $parameterName, $wordToComplete)
    if ($null -eq $script:Rulesets) {
        try {
            $run = Invoke-Program -Words @('rulesets', '--format', 'json')
            $listed = Read-Json -Run $run -Expected @(0) -Text $run.Printed
            $script:Rulesets = @($listed | ForEach-Object { $_.ruleset -replace '@.*$', '' })
        }
        catch { $script:Rulesets = @() }
    }
    $script:Rulesets | Where-Object { $_ -like "$wordToComplete*" }
}
$completePeer = {
    param($commandName, $parameterName, $wordToComplete)
    if ($null -eq $script:Peers) {
        try {
            $run = Invoke-Program -Words @('negotiate', '--peers', '--format', 'json')
            $script:Peers = @(Read-Json -Run $run -Expected @(0) -Text $run.Printed | ForEach-Object { $_ })
        }
        catch { $script:Peers = @() }
    }
    $script:Peers | Where-Object { $_ -like "$wordToComplete*" }
}
$completeReport = {
    param($commandName, $parameterName, $wordToComplete)
    if ($null -eq $script:Reports) {
        try {
            $run = Invoke-Program -Words @('config', 'schema')
            $listed = Read-Json -Run $run -Expected @(0) -Text $run.Printed
            $script:Reports = @($listed.properties.output.items.examples)
        }
        catch { $script:Reports = @() }
    }
    $script:Reports | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object { "@{{ {0} = 'report.{0}' }}" -f $_ }
}
Register-ArgumentCompleter -CommandName 'Invoke-Ipseclint' -ParameterName 'Report' -ScriptBlock $completeReport
Register-ArgumentCompleter -CommandName 'Invoke-Ipseclint' -ParameterName 'Select' -ScriptBlock $completeRule
Register-ArgumentCompleter -CommandName 'Invoke-Ipseclint' -ParameterName 'Ignore' -ScriptBlock $completeRule
Register-ArgumentCompleter -CommandName 'Get-IpseclintRule' -ParameterName 'Name' -ScriptBlock $completeRule
Register-ArgumentCompleter -CommandName 'Get-IpseclintExplanation' -ParameterName 'Word' -ScriptBlock $completeRule
Register-ArgumentCompleter -CommandName 'Invoke-Ipseclint' -ParameterName 'Ruleset' -ScriptBlock $completeRuleset
Register-ArgumentCompleter -CommandName 'Get-IpseclintRule' -ParameterName 'Ruleset' -ScriptBlock $completeRuleset
Register-ArgumentCompleter -CommandName 'Test-IpsecNegotiation' -ParameterName 'Peer' -ScriptBlock $completePeer

Export-ModuleMember -Function @(
    'Compare-IpsecPolicy', 'Export-IpsecPolicy', 'Get-IpseclintExplanation', 'Get-IpseclintRule', 'Invoke-Ipseclint',
    'New-IpseclintWaiver', 'Register-IpseclintTask', 'Send-IpseclintMail', 'Send-IpseclintTeamsMessage',
    'Test-IpsecNegotiation', 'Write-IpseclintEvent'
)
