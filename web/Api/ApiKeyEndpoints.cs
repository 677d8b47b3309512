using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Web.Identity;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Api;

static class ApiKeyEndpoints
{
    public sealed record KeyItem(
        Guid Id, string Name, string Hint, Guid UserId, string[] Permissions, string[] AllowedAddresses, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt,
        DateTimeOffset? LastUsedAt, string? LastUsedAddress, DateTimeOffset? RevokedAt)
    {
        public static KeyItem Of(ApiKey k) => new(
            k.Id, k.Name, k.Hint, k.UserId, k.Permissions, [.. k.AllowedAddresses.Select(n => n.ToString())], k.CreatedAt, k.ExpiresAt, k.LastUsedAt, k.LastUsedAddress, k.RevokedAt);
    }

    /// <summary>The key is in this answer alone.</summary>
    public sealed record CreatedItem(Guid Id, string Name, string Hint, string Key);

    public static void MapApiKeys(this IEndpointRouteBuilder routes)
    {
        var write = new RequirePermissionAttribute(Permissions.ApiKeysWrite);
        var group = routes.MapGroup("/api/v1/api-keys").WithTags("API keys");
        group.MapGet("", ListAsync).WithMetadata(write).Produces<Page<KeyItem>>();
        group.MapPost("", CreateAsync).WithMetadata(write, new RequireStepUpAttribute()).Produces<CreatedItem>(201);
        group.MapDelete("/{id:guid}", RevokeAsync).WithMetadata(write).Produces(204);
    }

    /// <summary>One's own; for who administers the partner's people, everybody's.</summary>
    static async Task<IResult> ListAsync(BreezeDbContext database, AccessScope scope, int? limit, string? cursor, CancellationToken cancellationToken)
    {
        if (!Cursor.TryDecode(cursor, out _, out var after))
        {
            return Cursor.Invalid();
        }
        var count = Cursor.Limit(limit);
        var everybody = scope.Can(Permissions.UsersWrite);
        var rows = await database.ApiKeys.AsNoTracking().Where(k => k.Id > after && (everybody || k.UserId == scope.UserId)).OrderBy(k => k.Id).Take(count + 1).ToListAsync(cancellationToken);
        return Results.Ok(Page<KeyItem>.Cut([.. rows.Select(KeyItem.Of)], count, k => Cursor.Encode("", k.Id)));
    }

    static async Task<IResult> CreateAsync(ApiKeyDraft request, HttpContext http, AccessScope scope, ApiKeys keys, CancellationToken cancellationToken)
    {
        var created = await keys.CreateAsync(scope, request, cancellationToken);
        http.Response.Headers.CacheControl = "no-store";
        return created.Value is { } made
            ? Results.Created($"/api/v1/api-keys/{made.Row.Id}", new CreatedItem(made.Row.Id, made.Row.Name, made.Row.Hint, made.Key))
            : created.Refusal!.AsProblem();
    }

    static async Task<IResult> RevokeAsync(Guid id, AccessScope scope, ApiKeys keys, CancellationToken cancellationToken) =>
        (await keys.RevokeAsync(scope, id, cancellationToken)).OrNoContent();
}
