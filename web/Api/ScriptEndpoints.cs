using System.Text.Json;
using Breeze.Core.Devices.Bulk;
using Breeze.Core.Identity;
using Breeze.Core.Tenancy;
using Breeze.Features.Scripts;
using Breeze.Web.Frame;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Api;

/// <summary>Stored scripts.</summary>
static class ScriptEndpoints
{
    /// <param name="Content">Null in lists.</param>
    /// <param name="OrganizationId">Whose it is; null for all of the partner's.</param>
    public sealed record ScriptItem(
        Guid Id, string Name, string Description, string Runtime, string? Content, IReadOnlyList<ScriptParameter> Parameters, int TimeoutSeconds, int Version, Guid? OrganizationId, DateTimeOffset CreatedAt,
        DateTimeOffset UpdatedAt, DateTimeOffset? LastRunAt);

    public sealed record CreateRequest(string? Name, string? Description, string? Runtime, string? Content, ScriptParameter[]? Parameters, int? TimeoutSeconds, Guid? OrganizationId);

    /// <param name="Version">The version that was read: when there is another by now nothing is saved.</param>
    public sealed record SaveRequest(string? Name, string? Description, string? Runtime, string? Content, ScriptParameter[]? Parameters, int? TimeoutSeconds, int? Version);

    /// <param name="Parameters">Values by the names of the script's parameters.</param>
    public sealed record ExecuteRequest(Guid[]? DeviceIds, JsonElement? Parameters, JsonElement? TimeoutSeconds);

    public sealed record CommandItem(Guid DeviceId, Guid CommandId);

    /// <param name="Commands">The command, when it is one device.</param>
    /// <param name="ActionId">The bulk action that gives the commands, when it is several; its items have them.</param>
    public sealed record ExecuteResponse(int Total, IReadOnlyList<CommandItem> Commands, Guid? ActionId);

    public static void MapScripts(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/scripts").WithTags("Scripts");
        var read = new RequirePermissionAttribute(Permissions.ScriptsRead);
        var write = new RequirePermissionAttribute(Permissions.ScriptsWrite);
        group.MapGet("", ListAsync).WithMetadata(read).Produces<Page<ScriptItem>>();
        group.MapPost("", CreateAsync).WithMetadata(write).Produces<ScriptItem>(201);
        group.MapGet("/{id:guid}", GetAsync).WithMetadata(read).Produces<ScriptItem>();
        group.MapPut("/{id:guid}", SaveAsync).WithMetadata(write).Produces<ScriptItem>();
        group.MapDelete("/{id:guid}", DeleteAsync).WithMetadata(write).Produces(204);
        group.MapPost("/{id:guid}/execute", ExecuteAsync).WithMetadata(new RequirePermissionAttribute(Permissions.ScriptsRun)).Produces<ExecuteResponse>(202);
    }

    static async Task<IResult> ListAsync(
        ScriptsDbContext context, [FromQuery(Name = "organization_id")] Guid? organizationId, string? name, int? limit, string? cursor, CancellationToken cancellationToken)
    {
        if (!Cursor.TryDecode(cursor, out _, out var after))
        {
            return Cursor.Invalid();
        }
        var pattern = string.IsNullOrEmpty(name) || name.Contains('\0', StringComparison.Ordinal) ? null : Like.Exactly(name);
        var count = Cursor.Limit(limit);
        var rows = await context.Scripts.AsNoTracking()
            .Where(s => s.Id > after && (organizationId == null || s.OrganizationId == organizationId) && (pattern == null || EF.Functions.ILike(s.Name, pattern)))
            .OrderBy(s => s.Id).Take(count + 1).Select(s => new
            {
                s.Id, s.Name, s.Description, s.Runtime, s.Parameters, s.TimeoutSeconds, s.Version, s.OrganizationId, s.CreatedAt, s.UpdatedAt,
                LastRunAt = context.Executions.Where(x => x.ScriptId == s.Id).OrderByDescending(x => x.Id).Select(x => (DateTimeOffset?)x.CreatedAt).FirstOrDefault(),
            }).ToListAsync(cancellationToken);
        var items = rows.Select(s => new ScriptItem(
            s.Id, s.Name, s.Description, s.Runtime, null, ScriptParameter.Read(s.Parameters), s.TimeoutSeconds, s.Version, s.OrganizationId, s.CreatedAt, s.UpdatedAt, s.LastRunAt));
        return Results.Ok(Page<ScriptItem>.Cut([.. items], count, s => Cursor.Encode("", s.Id)));
    }

    static async Task<IResult> GetAsync(ScriptsDbContext context, Guid id, CancellationToken cancellationToken)
    {
        if (await context.Scripts.AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, cancellationToken) is not { } script)
        {
            return ApiProblem.NotFound("script");
        }
        var last = await context.Executions.Where(x => x.ScriptId == id).OrderByDescending(x => x.Id).Select(x => (DateTimeOffset?)x.CreatedAt).FirstOrDefaultAsync(cancellationToken);
        return Results.Ok(Item(script) with { LastRunAt = last });
    }

    static async Task<IResult> CreateAsync(ScriptLibrary library, AccessScope scope, CreateRequest r, CancellationToken cancellationToken)
    {
        var made = await library.CreateAsync(scope, r.OrganizationId, new()
        {
            Name = r.Name, Description = r.Description, Runtime = r.Runtime, Content = r.Content, Parameters = r.Parameters, TimeoutSeconds = r.TimeoutSeconds,
        }, cancellationToken);
        return made.Succeeded ? Results.Created($"/api/v1/scripts/{made.Value.Id}", Item(made.Value)) : Problem(made.Refusal, scope);
    }

    static async Task<IResult> SaveAsync(ScriptLibrary library, AccessScope scope, Guid id, SaveRequest r, CancellationToken cancellationToken)
    {
        var saved = await library.SaveAsync(scope, id, new()
        {
            Name = r.Name, Description = r.Description, Runtime = r.Runtime, Content = r.Content, Parameters = r.Parameters, TimeoutSeconds = r.TimeoutSeconds, Version = r.Version,
        }, cancellationToken);
        return saved.Succeeded ? Results.Ok(Item(saved.Value)) : Problem(saved.Refusal, scope);
    }

    static async Task<IResult> DeleteAsync(ScriptLibrary library, AccessScope scope, Guid id, CancellationToken cancellationToken) =>
        await library.DeleteAsync(scope, id, cancellationToken) is { } refusal ? Problem(refusal, scope) : Results.NoContent();

    static async Task<IResult> ExecuteAsync(ScriptRuns runs, AccessScope scope, Guid id, ExecuteRequest r, CancellationToken cancellationToken)
    {
        var started = await runs.StartAsync(scope, id, new(r.DeviceIds, r.Parameters ?? default, r.TimeoutSeconds ?? default), cancellationToken);
        if (!started.Succeeded)
        {
            return Problem(started.Refusal, scope);
        }
        var (device, command, action) = (started.Value.DeviceId, started.Value.CommandId, started.Value.ActionId);
        return Results.Accepted(
            action is null ? $"/api/v1/devices/{device}/commands/{command}" : $"/api/v1/bulk-actions/{action}",
            new ExecuteResponse(started.Value.Total, command is null ? [] : [new(device!.Value, command.Value)], action));
    }

    static IResult Problem(Refusal refusal, AccessScope scope)
    {
        if (refusal.Code != BulkActions.StepUpRequired)
        {
            return refusal.AsProblem();
        }
        var (status, code, title, detail) = StepUp.Problem(scope);
        return ApiProblem.Result(status, code, title, $"{refusal.Detail} {detail}");
    }

    static ScriptItem Item(Script s) => new(
        s.Id, s.Name, s.Description, s.Runtime, s.Content, ScriptParameter.Read(s.Parameters), s.TimeoutSeconds, s.Version, s.OrganizationId, s.CreatedAt, s.UpdatedAt, null);
}
