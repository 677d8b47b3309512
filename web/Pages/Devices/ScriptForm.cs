using System.Text.Json;
using Breeze.Core.Queue;

namespace Breeze.Web.Pages;

/// <summary>A script that somebody wants to run now.</summary>
public sealed class ScriptForm
{
    public const int MaximumLength = 262_144;

    public string Runtime { get; set; } = "bash";

    public string? Content { get; set; }

    public int Timeout { get; set; } = 300;

    /// <summary>What is wrong, in words for the person; null when it can run.</summary>
    public string? Problem =>
        string.IsNullOrWhiteSpace(Content) ? "Write a script first."
        : Content.Length > MaximumLength ? "The script is too long: 256 KiB is the most."
        : Timeout is < 1 or > 86400 ? "The time limit is between 1 second and 24 hours (86400 seconds)."
        : Runtime.Length is 0 or > 32 || !Runtime.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') ? "Choose a runtime."
        : null;

    public CommandSpec ToCommand()
    {
        // Browsers send line ends as CR LF, which shells do not understand.
        var payload = new Dictionary<string, string> { ["runtime"] = Runtime, ["content"] = (Content ?? "").ReplaceLineEndings("\n") };
        return new("script", JsonSerializer.SerializeToElement(payload), Timeout, ExpiresAt: null);
    }
}
