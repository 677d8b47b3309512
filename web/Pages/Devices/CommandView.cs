using System.Text.Json;
using Breeze.Core.Queue;

namespace Breeze.Web.Pages;

/// <summary>A command and what came of it, made ready to show.</summary>
public sealed record CommandView(DeviceCommand Command, string? By)
{
    public Guid Id => Command.Id;

    public bool IsFinal => CommandStatus.IsFinal(Command.Status);

    /// <summary>The state to show: a script that ended with an error did not do well, though it completed.</summary>
    public string State => Command is { Status: CommandStatus.Completed, Result.ExitCode: not (null or 0) } ? CommandStatus.Failed : Command.Status;

    public string Stdout => Command.Result?.Stdout ?? "";

    public string Stderr => Command.Result?.Stderr ?? "";

    public TimeSpan? Duration => Command is { StartedAt: { } from, FinishedAt: { } to } ? to - from : null;

    /// <summary>What it was, in a line: the first line of a script, or the type.</summary>
    public string Summary
    {
        get
        {
            if (Script is not { } script)
            {
                return Command.Type;
            }
            var line = script.Split('\n').Select(l => l.Trim()).FirstOrDefault(l => l.Length > 0 && !l.StartsWith("#!", StringComparison.Ordinal)) ?? "";
            return line.Length > 120 ? line[..120] + "…" : line;
        }
    }

    public string? Script => Member("content");

    public string? Runtime => Member("runtime");

    /// <summary>What an action does to which process or service.</summary>
    public string Action => Command.Type switch
    {
        "process.kill" => $"Ending process {Number("pid")}",
        "service.start" => $"Starting {Member("name")}",
        "service.stop" => $"Stopping {Member("name")}",
        "service.restart" => $"Restarting {Member("name")}",
        _ => Command.Type,
    };

    /// <summary>What came of an action: the state of the service, or what the device says.</summary>
    public string Outcome => State == CommandStatus.Completed
        ? Command.Type.StartsWith("service.", StringComparison.Ordinal) && Of(Stdout, "state") is { Length: > 0 and <= 32 } state ? $"it is {state} now." : "done."
        : Stderr.Length > 0 ? (Stderr.Length > 500 ? Stderr[..500] + "…" : Stderr) : Command.Status == CommandStatus.Expired ? "the device did not fetch it in time." : $"{Command.Status}.";

    string? Number(string name)
    {
        using var json = JsonDocument.Parse(Command.Payload);
        return json.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetRawText() : null;
    }

    string? Member(string name) => Of(Command.Payload, name);

    static string? Of(string document, string name)
    {
        try
        {
            using var json = JsonDocument.Parse(document);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
