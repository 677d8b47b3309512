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

    string? Member(string name)
    {
        try
        {
            using var json = JsonDocument.Parse(Command.Payload);
            return json.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
