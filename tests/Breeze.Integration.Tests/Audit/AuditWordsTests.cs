using System.Text.RegularExpressions;
using Breeze.Features.Alerting.Inbox;
using Breeze.Testing;
using Breeze.Web.Pages;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Audit;

/// <summary>What stands in the audit log says what was done, wherever in the code it is written.</summary>
public sealed partial class AuditWordsTests
{
    /// <summary>The actions of the calls that write entries.</summary>
    static SortedSet<string> Actions =>
    [
        .. ((string[])["core", "web"]).SelectMany(folder => Directory.EnumerateFiles(Path.Combine(RepositoryPaths.Root, folder), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/node_modules/", StringComparison.Ordinal))
            .SelectMany(File.ReadLines).Where(line => Call().IsMatch(line)).SelectMany(line => Action().Matches(line).Select(m => m.Groups[1].Value)),
        .. AlertActs.All.Select(act => $"alert.{AlertActs.Done(act)}"),
    ];

    [Fact]
    public void Every_action_is_a_deed_in_the_past()
    {
        Actions.Count.ShouldBeGreaterThan(60);
        Actions.Where(a => !a.Split('.')[^1].Split('_').Any(word => word.EndsWith("ed", StringComparison.Ordinal) || word == "resent")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("device.command_queued", "device: command queued")]
    [InlineData("on_call_schedule.override_added", "on-call schedule: stand-in entered")]
    [InlineData("incident.acknowledged", "incident: acknowledged")]
    [InlineData("alertmanager.received", "Alertmanager: alerts taken in")]
    public void People_read_it_in_words(string action, string words)
    {
        Actions.ShouldContain(action);
        AuditWords.Of(action).ShouldBe(words);
    }

    [GeneratedRegex(@"AuditRecord\(|RecordAsync\(|SaveAsync\(|AuditAsync\(")]
    private static partial Regex Call();

    [GeneratedRegex("\"([a-z_]+\\.[a-z_]+)\"")]
    private static partial Regex Action();
}
