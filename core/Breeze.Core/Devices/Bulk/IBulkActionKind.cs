using System.Text.Json;
using Breeze.Core.Identity;
using Breeze.Core.Tenancy;
using Npgsql;

namespace Breeze.Core.Devices.Bulk;

/// <summary>Something that can be done to many devices at once. Registered in the container; the set of them is what the API and the bulk bar offer.</summary>
public interface IBulkActionKind
{
    /// <summary>Lower case, such as <c>tags.add</c>.</summary>
    string Name { get; }

    /// <summary>Whoever starts it needs this, as <c>resource:action</c>.</summary>
    string Permission { get; }

    /// <summary>Whether somebody may start it. What is a command takes the permission for commands, too, as it does for one device.</summary>
    bool IsAllowed(AccessScope scope) => scope.Can(Permission);

    /// <summary>What it does, for a menu: “Add tags”.</summary>
    string Label { get; }

    /// <summary>Whether it runs something on the devices or interrupts their work: then many take a fresh confirmation, as with commands.</summary>
    bool IsDangerous => false;

    /// <summary>
    /// Checks the parameters under the scope of who asks, before anything is stored. The title says what will be done, in words; the parameters are kept as
    /// given back, cleaned.
    /// </summary>
    Task<Outcome<BulkPlan>> PlanAsync(AccessScope scope, JsonElement parameters, CancellationToken cancellationToken);

    /// <summary>
    /// Does it for a batch, within the transaction of the system's connection that also stores what came of it; set-based, since a batch has up to 1,000. May
    /// be asked again for devices that were done when a server died before the commit.
    /// </summary>
    Task<IReadOnlyList<BulkItemResult>> ApplyAsync(
        NpgsqlConnection connection, BulkAction action, JsonElement parameters, IReadOnlyList<Guid> deviceIds, CancellationToken cancellationToken);

    /// <summary>What the rest of the server is to know of one or more batches, within half a second of their being stored. Not asked again after a crash.</summary>
    Task CommittedAsync(BulkAction action, IReadOnlyList<BulkItemResult> results, CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>An action that has been checked.</summary>
/// <param name="Title">At most 300 characters.</param>
/// <param name="Parameters">One JSON object.</param>
public sealed record BulkPlan(string Title, string Parameters);

/// <summary>What came of one device.</summary>
/// <param name="State"><c>done</c>, <c>failed</c> or <c>skipped</c>.</param>
/// <param name="Message">Why it failed or was skipped.</param>
public sealed record BulkItemResult(Guid DeviceId, string State, string? Message = null, Guid? CommandId = null);
