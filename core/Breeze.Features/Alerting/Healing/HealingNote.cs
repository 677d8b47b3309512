using System.Globalization;
using System.Text;
using Breeze.Core.Transport;

namespace Breeze.Features.Alerting.Healing;

/// <summary>What people read of a script that ran before they were told.</summary>
static class HealingNote
{
    /// <summary>For a message.</summary>
    public static string Of(string state, int? exitCode, string reason, string output)
    {
        var ended = state switch
        {
            AlertActionState.Succeeded => "The rule's script ran and ended well (exit code 0), and the condition still holds.",
            AlertActionState.Failed => $"The rule's script failed: {Failure(exitCode, reason)}",
            AlertActionState.Skipped => $"The rule's script did not run: {reason}",
            AlertActionState.Queued => "The rule's script has not ended yet.",
            _ => "The rule's script still waits for its turn.",
        };
        return output.Length == 0 ? ended : $"{ended} Its last output:\n{output}";
    }

    /// <summary>Why a run did not succeed.</summary>
    public static string Failure(int? exitCode, string reason) =>
        reason.Length > 0 ? reason : exitCode is { } code ? string.Create(CultureInfo.InvariantCulture, $"it ended with exit code {code}.") : "it did not end by itself.";

    /// <summary>The last lines of what a script said, without anything that does more than say it.</summary>
    public static string Tail(string stdout, string stderr)
    {
        var text = string.Concat(stdout.TrimEnd(), stdout.Length > 0 && stderr.Length > 0 ? "\n" : "", stderr).ReplaceLineEndings("\n");
        var lines = new List<string>();
        var left = HealingLimits.Output;
        foreach (var line in text.Split('\n').Reverse())
        {
            var clean = AgentText.Clean(line.Length > HealingLimits.Output ? line[^HealingLimits.Output..] : line, HealingLimits.Output);
            if (clean.Length == 0)
            {
                continue;
            }
            var bytes = Encoding.UTF8.GetByteCount(clean) + 1;
            if (bytes > left)
            {
                if (lines.Count == 0)
                {
                    lines.Add(Cut(clean, left));
                }
                break;
            }
            left -= bytes;
            lines.Add(clean);
        }
        lines.Reverse();
        return string.Join('\n', lines);
    }

    /// <summary>The end of a line that is too long by itself.</summary>
    static string Cut(string line, int bytes)
    {
        var start = line.Length;
        while (start > 0)
        {
            var from = start >= 2 && char.IsLowSurrogate(line[start - 1]) ? start - 2 : start - 1;
            bytes -= Encoding.UTF8.GetByteCount(line.AsSpan(from, start - from));
            if (bytes < 0)
            {
                break;
            }
            start = from;
        }
        return line[start..];
    }
}
