using System.Text.Json;
using Breeze.Core.Devices;
using Breeze.Core.Identity;
using Breeze.Core.Queue;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Web.Identity;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Api;

static class CommandEndpoints
{
    const int DefaultTimeoutSeconds = 300;
    const int MaximumPayload = 1 << 20;

    public sealed record CreateRequest(string? Type, JsonElement? Payload, int? TimeoutSeconds, DateTimeOffset? ExpiresAt);

    public sealed record QueuedResponse(Guid Id, string Status);

    public sealed record CommandItem(
        Guid Id, string Type, string Status, int? ExitCode, string? Stdout, string? Stderr, DateTimeOffset QueuedAt, DateTimeOffset? SentAt, DateTimeOffset? StartedAt,
        DateTimeOffset? FinishedAt, DateTimeOffset ExpiresAt, int TimeoutSeconds, int Attempts, bool CancelRequested);

    public static void MapCommands(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/devices/{id:guid}/commands").WithTags("Commands");
        group.MapPost("", CreateAsync).WithMetadata(new RequirePermissionAttribute(Permissions.DevicesCommand)).Produces<QueuedResponse>(202);
        group.MapGet("", ListAsync).WithMetadata(new RequirePermissionAttribute(Permissions.DevicesRead)).Produces<Page<CommandItem>>();
        group.MapGet("/{commandId:guid}", GetAsync).WithMetadata(new RequirePermissionAttribute(Permissions.DevicesRead)).Produces<CommandItem>();
        group.MapPost("/{commandId:guid}/cancel", CancelAsync).WithMetadata(new RequirePermissionAttribute(Permissions.DevicesCommand)).Produces(202);
    }

    static async Task<IResult> CreateAsync(
        BreezeDbContext database, IDeviceQueue queue, AccessScope scope, TimeProvider time, Guid id, CreateRequest request, CancellationToken cancellationToken)
    {
        if (CommandForm.Check(request.Type, request.Payload, request.TimeoutSeconds, request.ExpiresAt, MaximumPayload) is { } problem)
        {
            return ApiProblem.Invalid("command_invalid", problem);
        }
        if (CommandPermissions.For(request.Type!) is { } permission && !scope.Can(permission))
        {
            return ApiProblem.Result(403, "forbidden", "You may not do this.", $"A command of type {request.Type} takes the permission {permission}.");
        }
        if (request.Type!.StartsWith("remote.", StringComparison.Ordinal) && !scope.IsFresh(time.GetUtcNow()))
        {
            var (status, code, title, detail) = StepUp.Problem(scope);
            return ApiProblem.Result(status, code, title, detail);
        }
        var device = await database.Devices.AsNoTracking().SingleOrDefaultAsync(d => d.Id == id, cancellationToken);
        if (device is null)
        {
            return ApiProblem.NotFound("device");
        }
        if (device.Status == DeviceStatus.Quarantined)
        {
            return ApiProblem.Result(409, "device_quarantined", "The device is in quarantine.", "It gets no commands until an administrator releases it.");
        }
        var spec = new CommandSpec(request.Type!, request.Payload ?? JsonElement.Parse("{}"), request.TimeoutSeconds ?? DefaultTimeoutSeconds, request.ExpiresAt);
        var queued = await queue.EnqueueAsync(scope, [id], spec, cancellationToken);
        if (queued.Count == 0)
        {
            return ApiProblem.Result(409, "tenant_suspended", "The device takes no commands now.",
                "Its organization or partner is suspended or closed. Nothing runs on its devices until it is resumed.");
        }
        return Results.Accepted($"/api/v1/devices/{id}/commands/{queued[0].Id}", new QueuedResponse(queued[0].Id, CommandStatus.Queued));
    }

    static async Task<IResult> ListAsync(BreezeDbContext database, Guid id, int? limit, string? cursor, CancellationToken cancellationToken)
    {
        if (!Cursor.TryDecode(cursor, out _, out var before))
        {
            return Cursor.Invalid();
        }
        if (!await database.Devices.AnyAsync(d => d.Id == id, cancellationToken))
        {
            return ApiProblem.NotFound("device");
        }
        var count = Cursor.Limit(limit);
        var query = database.Commands.AsNoTracking().Where(c => c.DeviceId == id);
        query = cursor is null ? query : query.Where(c => c.Id < before);
        // A list of results would be megabytes: the output is with the single command.
        var rows = await query.OrderByDescending(c => c.Id).Take(count + 1).Select(c => new CommandItem(
            c.Id, c.Type, c.Status, c.Result!.ExitCode, null, null, c.QueuedAt, c.SentAt, c.StartedAt, c.FinishedAt, c.ExpiresAt, c.TimeoutSeconds, c.Attempts,
            c.CancelRequestedAt != null)).ToListAsync(cancellationToken);
        return Results.Ok(Page<CommandItem>.Cut(rows, count, c => Cursor.Encode("", c.Id)));
    }

    static async Task<IResult> GetAsync(BreezeDbContext database, Guid id, Guid commandId, CancellationToken cancellationToken) =>
        await database.Commands.AsNoTracking().Where(c => c.DeviceId == id && c.Id == commandId).Select(c => new CommandItem(
            c.Id, c.Type, c.Status, c.Result!.ExitCode, c.Result.Stdout, c.Result.Stderr, c.QueuedAt, c.SentAt, c.StartedAt, c.FinishedAt, c.ExpiresAt, c.TimeoutSeconds,
            c.Attempts, c.CancelRequestedAt != null)).SingleOrDefaultAsync(cancellationToken) is { } command
            ? Results.Ok(command)
            : ApiProblem.NotFound("command");

    static async Task<IResult> CancelAsync(
        BreezeDbContext database, IDeviceQueue queue, AccessScope scope, Guid id, Guid commandId, CancellationToken cancellationToken)
    {
        if (!await database.Commands.AnyAsync(c => c.DeviceId == id && c.Id == commandId, cancellationToken))
        {
            return ApiProblem.NotFound("command");
        }
        if (!await queue.CancelAsync(scope, id, commandId, cancellationToken))
        {
            return ApiProblem.Result(409, "command_finished", "The command has ended already.", "Read its result instead.");
        }
        return Results.Accepted();
    }
}
