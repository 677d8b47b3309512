using System.Text.Json;
using Breeze.Agent.Commands;
using Breeze.Agent.Tests.Support;
using Breeze.Protocol;
using Microsoft.Extensions.Logging.Abstractions;

namespace Breeze.Agent.Tests;

public sealed class JournalTests : IDisposable
{
    readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_started_command_without_a_result_fails_at_the_next_start()
    {
        var id = Guid.NewGuid();
        Open().Start(id, "script");

        var journal = Open();

        journal.Find(id).ShouldBe(CommandState.Finished);
        journal.Waiting().ShouldBe([id]);
        var result = JsonSerializer.Deserialize(journal.Read(id), ProtocolJson.Default.CommandResult)!;
        result.Status.ShouldBe("failed");
        result.Stderr.ShouldBe("The agent restarted while this command was running; it was not run again.");
    }

    [Fact]
    public void A_delivered_result_is_known_after_a_restart_and_can_be_sent_again()
    {
        var id = Guid.NewGuid();
        var first = Open();
        first.Start(id, "script");
        first.Finish(id, new CommandResult("completed", 0, "out", ""));
        first.Delivered(id);

        var journal = Open();
        journal.Find(id).ShouldBe(CommandState.Delivered);
        journal.Waiting().ShouldBeEmpty();
        journal.Resend(id);

        journal.Waiting().ShouldBe([id]);
        JsonSerializer.Deserialize(journal.Read(id), ProtocolJson.Default.CommandResult)!.Stdout.ShouldBe("out");
    }

    [Fact]
    public void Too_many_waiting_results_fill_the_journal_until_they_are_delivered()
    {
        var id = Guid.NewGuid();
        var journal = new CommandJournal(_directory, TimeProvider.System, NullLogger.Instance, maximumBytes: 1000);
        journal.IsFull.ShouldBeFalse();
        journal.Start(id, "script");
        journal.Finish(id, new CommandResult("completed", 0, new string('x', 2000), ""));

        journal.IsFull.ShouldBeTrue();
        journal.Delivered(id);
        journal.IsFull.ShouldBeFalse();
    }

    [Fact]
    public void Delivered_commands_are_forgotten_after_a_week()
    {
        var id = Guid.NewGuid();
        var journal = Open();
        journal.Finish(id, new CommandResult("completed", 0, "", ""));
        journal.Delivered(id);
        File.SetLastWriteTimeUtc(Directory.GetFiles(_directory).Single(), DateTime.UtcNow.AddDays(-8));

        journal.Prune();

        journal.Find(id).ShouldBe(CommandState.Unknown);
        Directory.GetFiles(_directory).ShouldBeEmpty();
    }

    CommandJournal Open() => new(_directory, TimeProvider.System, NullLogger.Instance);
}
