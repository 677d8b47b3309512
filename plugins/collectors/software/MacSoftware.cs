using System.Globalization;
using System.Text.Json;
using Breeze.Sdk;

namespace Breeze.Collectors.Software;

/// <summary>Asks system_profiler for the applications. Written from its documentation; only the parser has run.</summary>
sealed class MacSoftware(IProcessRunner processes) : ISoftwareReader
{
    static readonly string[] Arguments = ["-json", "-detailLevel", "basic", "SPApplicationsDataType"];

    public async ValueTask<IReadOnlyList<SoftwarePackage>> ReadAsync(CancellationToken cancellationToken) =>
        (await Tool.RunAsync(processes, "/usr/sbin/system_profiler", Arguments, TimeSpan.FromMinutes(3), cancellationToken).ConfigureAwait(false)).Json() is { } answer
            ? Parse(answer)
            : [];

    public static IReadOnlyList<SoftwarePackage> Parse(JsonElement answer) =>
    [
        .. from application in answer.Items("SPApplicationsDataType")
           let name = application.Text("_name")
           where name is not null
           select new SoftwarePackage(name, application.Text("version"), "applications", Publisher(application), Date(application.Text("lastModified"))),
    ];

    static string? Publisher(JsonElement application) => application.Text("obtained_from") switch
    {
        "apple" => "Apple",
        "mac_app_store" => "Mac App Store",
        // "Developer ID Application: Example Inc. (ABCDE12345)", then the chain above it.
        _ => application.TryGetProperty("signed_by", out var chain) && chain.ValueKind == JsonValueKind.Array && chain.GetArrayLength() > 0
            && chain[0].ValueKind == JsonValueKind.String && chain[0].GetString()!.Split(": ", 2) is [_, var name]
                ? Lines.Full(name.Split(" (")[0])
                : null,
    };

    static DateTimeOffset? Date(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
