using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Web.Hosting;
using Breeze.Web.Identity;
using Breeze.Web.Identity.Sso;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Api;

static class SsoProviderEndpoints
{
    /// <summary>The secret is written and never read back; empty removes it.</summary>
    public sealed record ProviderRequest(
        string? Slug, string? Name, string? Authority, string? ClientId, string? ClientSecret, string[]? AllowedDomains, string? RoleClaim,
        Dictionary<string, Guid>? RoleMapping, Guid? DefaultRoleId, bool? ClearDefaultRole, bool? Enabled)
    {
        public SsoProviderDraft Draft(SsoSecrets secrets) => new()
        {
            Slug = Slug, Name = Name, Authority = Authority, ClientId = ClientId, ProtectedSecret = ClientSecret is null ? null : secrets.Protect(ClientSecret),
            AllowedDomains = AllowedDomains, RoleClaim = RoleClaim, RoleMapping = RoleMapping, DefaultRoleId = DefaultRoleId, ClearDefaultRole = ClearDefaultRole ?? false, Enabled = Enabled,
        };
    }

    public sealed record ProviderItem(
        Guid Id, string Slug, string Name, string Authority, string ClientId, string[] AllowedDomains, string RoleClaim, IReadOnlyDictionary<string, Guid> RoleMapping,
        Guid? DefaultRoleId, bool Enabled, string RedirectUri, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

    public static void MapSsoProviders(this IEndpointRouteBuilder routes)
    {
        var manage = new RequirePermissionAttribute(Permissions.SsoManage);
        var group = routes.MapGroup("/api/v1/sso-providers").WithTags("Single sign-on");
        group.MapGet("", ListAsync).WithMetadata(manage).Produces<Page<ProviderItem>>();
        group.MapPost("", CreateAsync).WithMetadata(manage, new RequireStepUpAttribute()).Produces<ProviderItem>(201);
        group.MapPatch("/{id:guid}", UpdateAsync).WithMetadata(manage, new RequireStepUpAttribute()).Produces<ProviderItem>();
        group.MapDelete("/{id:guid}", DeleteAsync).WithMetadata(manage, new RequireStepUpAttribute()).Produces(204);
    }

    static async Task<IResult> ListAsync(BreezeDbContext database, HttpRequest http, PublicLinks links, int? limit, string? cursor, CancellationToken cancellationToken)
    {
        if (!Cursor.TryDecode(cursor, out _, out var after))
        {
            return Cursor.Invalid();
        }
        var count = Cursor.Limit(limit);
        var rows = await database.SsoProviders.AsNoTracking().Where(p => p.Id > after).OrderBy(p => p.Id).Take(count + 1).ToListAsync(cancellationToken);
        return Results.Ok(Page<ProviderItem>.Cut([.. rows.Select(p => Of(p, http, links))], count, p => Cursor.Encode("", p.Id)));
    }

    static async Task<IResult> CreateAsync(
        ProviderRequest request, HttpRequest http, AccessScope scope, SsoProviders providers, SsoSecrets secrets, PublicLinks links, CancellationToken cancellationToken)
    {
        var created = await providers.CreateAsync(scope, request.Draft(secrets), cancellationToken);
        return created.Succeeded ? Results.Created($"/api/v1/sso-providers/{created.Value.Id}", Of(created.Value, http, links)) : created.Refusal.AsProblem();
    }

    static async Task<IResult> UpdateAsync(
        Guid id, ProviderRequest request, HttpRequest http, AccessScope scope, SsoProviders providers, SsoSecrets secrets, PublicLinks links, CancellationToken cancellationToken)
    {
        var changed = await providers.UpdateAsync(scope, id, request.Draft(secrets), cancellationToken);
        return changed.Succeeded ? Results.Ok(Of(changed.Value, http, links)) : changed.Refusal.AsProblem();
    }

    static async Task<IResult> DeleteAsync(Guid id, AccessScope scope, SsoProviders providers, CancellationToken cancellationToken) =>
        (await providers.DeleteAsync(scope, id, cancellationToken)).OrNoContent();

    static ProviderItem Of(SsoProvider p, HttpRequest http, PublicLinks links) => new(
        p.Id, p.Slug, p.Name, p.Authority, p.ClientId, p.AllowedDomains, p.RoleClaim, SsoProviders.MappingOf(p), p.DefaultRoleId, p.Enabled,
        links.ForDisplay(http, SsoSignInEndpoints.CallbackPath(p.Slug)), p.CreatedAt, p.UpdatedAt);
}
