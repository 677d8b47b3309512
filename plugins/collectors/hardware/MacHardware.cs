using Breeze.Sdk;

namespace Breeze.Collectors.Hardware;

/// <summary>Asks system_profiler. Written from its documentation; only the parser has run.</summary>
sealed class MacHardware(IProcessRunner processes) : IHardwareReader
{
    static readonly string[] Arguments =
    [
        "-json", "-detailLevel", "basic", "SPHardwareDataType", "SPSoftwareDataType", "SPMemoryDataType", "SPNVMeDataType", "SPSerialATADataType",
        "SPDisplaysDataType",
    ];

    public async ValueTask<HardwareDocument> ReadAsync(CancellationToken cancellationToken) =>
        await ToolOutput.AskAsync(processes, "/usr/sbin/system_profiler", Arguments, cancellationToken).ConfigureAwait(false) is { } answer
            ? MacAnswer.Parse(answer)
            : new HardwareDocument { Manufacturer = "Apple" };
}
