using System.Text.Json;
using Breeze.Core.Auditing;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Breeze.Core.Devices.Bulk;

/// <summary><c>site.move</c>: <c>{ "site_id": "…" }</c>. By the rules of a single move, but each device for itself: those that cannot move stay.</summary>
public sealed class MoveToSite(Database database, DeviceMoves moves, IAuditLog audit) : IBulkActionKind
{
    public string Name => "site.move";

    public string Permission => Permissions.DevicesWrite;

    public string Label => "Move to a site";

    public async Task<Outcome<BulkPlan>> PlanAsync(AccessScope scope, JsonElement parameters, CancellationToken cancellationToken)
    {
        await using var context = database.CreateContext(scope);
        var id = parameters.Id("site_id");
        if (id is null || await context.Sites.AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, cancellationToken) is not { } site)
        {
            return Refusal.NotFound("site");
        }
        var organization = await context.Organizations.AsNoTracking().Where(o => o.Id == site.OrganizationId).Select(o => new { o.Name, o.Status }).SingleAsync(cancellationToken);
        return organization.Status != TenantStatus.Active
            ? Refusal.Conflict("tenant_suspended", "The organization of that site is suspended or closed, so it takes no devices now.")
            : new BulkPlan(Cut($"Move to {organization.Name} › {site.Name}"), JsonSerializer.Serialize(new { site_id = site.Id, organization_id = site.OrganizationId, site = site.Name }));
    }

    public Task<IReadOnlyList<BulkItemResult>> ApplyAsync(
        NpgsqlConnection connection, BulkAction action, JsonElement parameters, IReadOnlyList<Guid> deviceIds, CancellationToken cancellationToken) =>
        moves.MoveBatchAsync(connection, action.PartnerId, deviceIds, parameters.Id("site_id")!.Value, cancellationToken);

    public async Task CommittedAsync(BulkAction action, IReadOnlyList<BulkItemResult> results, CancellationToken cancellationToken)
    {
        await moves.PublishAsync(action.Id, cancellationToken);
        var moved = results.Where(r => r.State == "done").Select(r => r.DeviceId).ToList();
        if (moved.Count == 0)
        {
            return;
        }
        // The organizations that they left have the start of the action in their logs; the one that they came to has this.
        using var parameters = JsonDocument.Parse(action.Parameters);
        await using var context = database.CreateSystemContext();
        var name = await context.Users.Where(u => u.Id == action.UserId).Select(u => u.DisplayName).FirstOrDefaultAsync(cancellationToken) ?? "";
        await audit.WriteAsync(new AccessScope { PartnerId = action.PartnerId, UserId = action.UserId, ActorName = name }, new AuditRecord("device.moved", "device", moved.Count == 1 ? $"{moved[0]}" : "")
        {
            OrganizationId = parameters.RootElement.Id("organization_id"),
            Detail = JsonSerializer.Serialize(new { action_id = action.Id, after = new { site_id = parameters.RootElement.Id("site_id") }, count = moved.Count, device_ids = moved.Take(100) }),
        }, cancellationToken);
    }

    static string Cut(string title) => title.Length <= 300 ? title : title[..299] + "…";
}
