using System.Text.Json;
using System.Text.Json.Nodes;
using Breeze.Core.Auditing;
using Breeze.Core.Events;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace Breeze.Core.Devices.Bulk;

/// <summary>Starts actions on many devices and ends them; <see cref="BulkActionRunner"/> works them off.</summary>
public sealed class BulkActions(Database database, BulkKinds kinds, BulkTargets targets, BulkProgress progress, IAuditLog audit, TimeProvider time)
{
    public const string StepUpRequired = "step_up_required";
    public const int MaximumParameters = 300_000;

    public async Task<Outcome<BulkAction>> CreateAsync(AccessScope scope, BulkRequest request, CancellationToken cancellationToken)
    {
        if (scope is not { PartnerId: { } partnerId, UserId: { } userId })
        {
            return Refusal.Forbidden("forbidden", "Only a person of a partner can start this.");
        }
        if (kinds.Find(request.Kind) is not { } kind)
        {
            return Refusal.Invalid("kind_unknown", $"There is no such action. There are: {string.Join(", ", kinds.All.Select(k => k.Name))}.");
        }
        if (!kind.IsAllowed(scope))
        {
            return Refusal.Forbidden("forbidden", $"“{kind.Label}” takes the permission {(scope.Can(kind.Permission) ? Permissions.DevicesCommand : kind.Permission)}.");
        }
        var parameters = request.Parameters.ValueKind == JsonValueKind.Undefined ? JsonElement.Parse("{}") : request.Parameters;
        if (parameters.ValueKind != JsonValueKind.Object || parameters.GetRawText().Length > MaximumParameters)
        {
            return Refusal.Invalid("parameters_invalid", "The parameters are a JSON object of 300,000 characters at most.");
        }
        var planned = await kind.PlanAsync(scope, parameters, cancellationToken);
        if (!planned.Succeeded)
        {
            return planned.Refusal;
        }
        await using var context = database.CreateContext(scope);
        var found = await targets.ResolveAsync(context, request.DeviceIds, request.Filter, cancellationToken);
        return found.Succeeded ? await StartAsync(scope, partnerId, userId, kind, planned.Value, found.Value, request.Expected, cancellationToken) : found.Refusal;
    }

    /// <summary>Does what failed once more, as an action of its own.</summary>
    public async Task<Outcome<BulkAction>> RetryAsync(AccessScope scope, Guid id, CancellationToken cancellationToken)
    {
        await using var context = database.CreateContext(scope);
        if (await context.BulkActions.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, cancellationToken) is not { } action)
        {
            return Refusal.NotFound("bulk_action");
        }
        if (action.State is BulkActionState.Queued or BulkActionState.Running)
        {
            return Refusal.Conflict("bulk_action_open", "It still runs. Wait for its end, or cancel it.");
        }
        var failed = await BulkItems.Failed(context, id).Select(i => i.DeviceId).Take(BulkTargets.MaximumIds).ToListAsync(cancellationToken);
        return failed.Count == 0
            ? Refusal.Conflict("nothing_failed", "It failed on no device that is still within your reach.")
            : await CreateAsync(scope, new(action.Kind, JsonElement.Parse(action.Parameters), failed, null), cancellationToken);
    }

    /// <summary>Leaves the rest undone; what is done stays.</summary>
    public async Task<Refusal?> CancelAsync(AccessScope scope, Guid id, CancellationToken cancellationToken)
    {
        await using var context = database.CreateContext(scope);
        if (await context.BulkActions.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, cancellationToken) is not { } action)
        {
            return Refusal.NotFound("bulk_action");
        }
        if (action.UserId != scope.UserId && !(kinds.Find(action.Kind) is { } kind && kind.IsAllowed(scope)))
        {
            return Refusal.Forbidden("forbidden", "It is somebody else's, and you may not do what it does.");
        }
        await using var update = database.System.CreateCommand(
            "UPDATE bulk_actions SET state = 'cancelled', finished_at = $2 WHERE id = $1 AND state IN ('queued', 'running') RETURNING done");
        update.Parameters.Add(new() { Value = id });
        update.Parameters.Add(new() { Value = time.GetUtcNow() });
        if (await update.ExecuteScalarAsync(cancellationToken) is not int done)
        {
            return Refusal.Conflict("bulk_action_finished", "It has ended already.");
        }
        await progress.PublishAsync(id, cancellationToken);
        await audit.WriteAsync(scope, new AuditRecord("bulk_action.cancelled", "bulk_action", id.ToString())
        {
            PartnerId = action.PartnerId, Detail = JsonSerializer.Serialize(new { kind = action.Kind, title = action.Title, done, total = action.Total }),
        }, cancellationToken);
        return null;
    }

    /// <summary>The person has looked at what came of their actions.</summary>
    public async Task SeenAsync(AccessScope scope, Guid? id, CancellationToken cancellationToken)
    {
        await using var update = database.System.CreateCommand(
            "UPDATE bulk_actions SET seen_at = $3 WHERE partner_id = $1 AND user_id = $2 AND finished_at IS NOT NULL AND seen_at IS NULL AND ($4 IS NULL OR id = $4)");
        update.Parameters.AddRange(new NpgsqlParameter[]
        {
            new() { Value = scope.PartnerId ?? Guid.Empty }, new() { Value = scope.UserId ?? Guid.Empty }, new() { Value = time.GetUtcNow() },
            new() { Value = (object?)id ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid },
        });
        await update.ExecuteNonQueryAsync(cancellationToken);
    }

    async Task<Outcome<BulkAction>> StartAsync(
        AccessScope scope, Guid partnerId, Guid userId, IBulkActionKind kind, BulkPlan plan, BulkTargets.Found found, int? expected, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var total = found.Devices.Count;
        if (expected is { } told && total > told)
        {
            return Refusal.Conflict("devices_changed", $"There are {total} devices by now, and not {told}. Look at the list again.");
        }
        if (kind.IsDangerous && total > scope.MassCommandLimit && !scope.IsFresh(now))
        {
            return Refusal.Forbidden(StepUpRequired, scope.IsKey
                ? $"On more than {scope.MassCommandLimit} devices this takes a person who confirms who they are; a key cannot."
                : $"On more than {scope.MassCommandLimit} devices this takes a fresh confirmation of who you are.");
        }
        var action = new BulkAction
        {
            Id = Guid.CreateVersion7(now), PartnerId = partnerId, UserId = userId, MembershipId = scope.MembershipId, Kind = kind.Name, Title = plan.Title, Parameters = plan.Parameters, Target = found.Target,
            Total = total, OrganizationIds = scope.OrganizationIds, SiteIds = scope.SiteIds, CreatedAt = now,
        };
        await StoreAsync(action, found, cancellationToken);
        progress.Publish(action);
        progress.Work();
        foreach (var organization in found.Devices.GroupBy(d => d.OrganizationId))
        {
            await RecordAsync(scope, action, organization.Key, [.. organization.Select(d => d.Id)], cancellationToken);
        }
        return action;
    }

    async Task StoreAsync(BulkAction action, BulkTargets.Found found, CancellationToken cancellationToken)
    {
        await using var command = database.System.CreateCommand(
            """
            WITH made AS (
                INSERT INTO bulk_actions (id, partner_id, user_id, membership_id, kind, title, parameters, target, total, organization_ids, site_ids, created_at)
                VALUES ($1, $2, $3, $13, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id)
            INSERT INTO bulk_action_items (action_id, device_id) SELECT made.id, v.id FROM made, unnest($12) AS v (id) WHERE EXISTS (SELECT 1 FROM devices d WHERE d.id = v.id)
            """);
        command.Parameters.AddRange(new NpgsqlParameter[]
        {
            new() { Value = action.Id }, new() { Value = action.PartnerId }, new() { Value = action.UserId }, new() { Value = action.Kind }, new() { Value = action.Title },
            new() { Value = action.Parameters, NpgsqlDbType = NpgsqlDbType.Jsonb }, new() { Value = action.Target }, new() { Value = action.Total },
            Ids(action.OrganizationIds), Ids(action.SiteIds), new() { Value = action.CreatedAt }, new() { Value = found.Devices.Select(d => d.Id).ToArray() },
            new() { Value = (object?)action.MembershipId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid },
        });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    static NpgsqlParameter Ids(Guid[]? ids) => new() { Value = (object?)ids ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid };

    /// <summary>One entry for each organization, however many devices. A script's text is with the commands.</summary>
    Task RecordAsync(AccessScope scope, BulkAction action, Guid organizationId, Guid[] devices, CancellationToken cancellationToken)
    {
        var parameters = JsonNode.Parse(action.Parameters)!.AsObject();
        parameters.Remove("content");
        return audit.WriteAsync(scope, new AuditRecord("bulk_action.started", devices.Length == 1 ? "device" : "bulk_action", (devices.Length == 1 ? devices[0] : action.Id).ToString())
        {
            PartnerId = action.PartnerId, OrganizationId = organizationId,
            Detail = JsonSerializer.Serialize(new
            {
                action_id = action.Id, kind = action.Kind, title = action.Title, parameters, target = action.Target, count = devices.Length, device_ids = devices.Take(100),
            }),
        }, cancellationToken);
    }
}
