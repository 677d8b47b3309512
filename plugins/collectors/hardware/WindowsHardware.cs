using Breeze.Sdk;

namespace Breeze.Collectors.Hardware;

/// <summary>
/// Asks Windows' CIM classes through its own PowerShell: a COM client within the agent would keep a replaced plugin from unloading.
/// Written from the documentation; only its parser has run.
/// </summary>
sealed class WindowsHardware(IProcessRunner processes) : IHardwareReader
{
    /// <summary>A constant: nothing is ever put into it.</summary>
    const string Query = """
        $ErrorActionPreference = 'SilentlyContinue'
        [Console]::OutputEncoding = [Text.Encoding]::UTF8
        function Date($value) { if ($value) { $value.ToUniversalTime().ToString('o') } }
        [ordered]@{
          system = Get-CimInstance Win32_ComputerSystem | Select-Object Manufacturer, Model, TotalPhysicalMemory, HypervisorPresent
          bios = Get-CimInstance Win32_BIOS | Select-Object Manufacturer, SMBIOSBIOSVersion, SerialNumber, @{n='Date';e={Date $_.ReleaseDate}}
          chassis = Get-CimInstance Win32_SystemEnclosure | Select-Object @{n='Type';e={$_.ChassisTypes[0]}}
          processors = @(Get-CimInstance Win32_Processor | Select-Object Name, NumberOfCores, NumberOfLogicalProcessors, MaxClockSpeed)
          memory = @(Get-CimInstance Win32_PhysicalMemory | Select-Object DeviceLocator, Capacity, SMBIOSMemoryType, Speed, Manufacturer, SerialNumber)
          disks = @(Get-PhysicalDisk | Select-Object DeviceId, FriendlyName, SerialNumber, Size, @{n='Media';e={"$($_.MediaType)"}}, @{n='Bus';e={"$($_.BusType)"}})
          gpus = @(Get-CimInstance Win32_VideoController | Select-Object Name, AdapterCompatibility)
          os = Get-CimInstance Win32_OperatingSystem | Select-Object Caption, Version, @{n='Boot';e={Date $_.LastBootUpTime}}
        } | ConvertTo-Json -Depth 4 -Compress
        """;

    public async ValueTask<HardwareDocument> ReadAsync(CancellationToken cancellationToken)
    {
        var powershell = Path.Combine(Environment.SystemDirectory, "WindowsPowerShell", "v1.0", "powershell.exe");
        string[] arguments = ["-NoLogo", "-NoProfile", "-NonInteractive", "-ExecutionPolicy", "Bypass", "-Command", Query];
        return await ToolOutput.AskAsync(processes, powershell, arguments, cancellationToken).ConfigureAwait(false) is { } answer
            ? WindowsAnswer.Parse(answer)
            : new HardwareDocument();
    }
}
