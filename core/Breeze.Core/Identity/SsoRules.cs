using System.Text.RegularExpressions;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Core.Identity;

/// <summary>What a single sign-on must be like to be trusted with a partner.</summary>
public static partial class SsoRules
{
    const int MaximumDomains = 100;
    const int MaximumRules = 100;

    /// <summary>Null when it will do.</summary>
    public static async Task<Refusal?> CheckAsync(BreezeDbContext scoped, AccessScope scope, SsoProvider provider, IReadOnlyDictionary<string, Guid> mapping, CancellationToken cancellationToken)
    {
        if (provider.Name.Length is 0 or > 200)
        {
            return Refusal.Invalid("name_invalid", "Give the sign-on a name of at most 200 characters; it stands on the button.");
        }
        if (!SlugPattern().IsMatch(provider.Slug))
        {
            return Refusal.Invalid("slug_invalid", "The short name has lower-case letters, digits and hyphens, at most 63, and stands in addresses.");
        }
        if (CheckAuthority(scope, provider.Authority) is { } wrong)
        {
            return wrong;
        }
        if (provider.ClientId.Length is 0 or > 500)
        {
            return Refusal.Invalid("client_id_missing", "Enter the client id under which the provider knows Breeze.");
        }
        if (provider.AllowedDomains.Length > MaximumDomains || provider.AllowedDomains.FirstOrDefault(d => !DomainPattern().IsMatch(d)) is not null)
        {
            return Refusal.Invalid("allowed_domains_invalid", "Allowed domains are such as example.com: without @ and without a star.");
        }
        if (provider.AllowedDomains.Length == 0 && provider.Enabled)
        {
            return Refusal.Invalid("allowed_domains_missing", "Name at least one domain of e-mail addresses that may sign in, such as example.com.");
        }
        if (provider.RoleClaim.Length > 100 || mapping.Count > MaximumRules || mapping.Keys.Any(k => k.Length is 0 or > 200))
        {
            return Refusal.Invalid("role_mapping_invalid", $"The claim has at most 100 characters, and there are at most {MaximumRules} rules of at most 200 characters.");
        }
        Guid[] ids = [.. mapping.Values.Concat(provider.DefaultRoleId is { } id ? [id] : []).Distinct()];
        var roles = await scoped.Roles.AsNoTracking().Where(r => ids.Contains(r.Id)).ToListAsync(cancellationToken);
        if (roles.Count != ids.Length || roles.Any(r => r.Scope != "partner"))
        {
            return Refusal.Invalid("role_unknown", "A role that sign-on gives must be one for members of the partner. GET /api/v1/roles lists them.");
        }
        if (roles.FirstOrDefault(r => PermissionNames.IsAdministrative(r.Permissions)) is { } admin)
        {
            return Refusal.Forbidden("role_administrative", $"Sign-on can never make administrators, and {admin.Name} is one. Give people that role by hand.");
        }
        return roles.FirstOrDefault(r => !Authority.Covers(scope, r.Permissions)) is { } beyond
            ? Refusal.Forbidden("beyond_own_rights", $"The role {beyond.Name} holds rights that you do not have.")
            : null;
    }

    static Refusal? CheckAuthority(AccessScope scope, string authority)
    {
        if (authority.Length is < 8 or > 500 || !Uri.TryCreate(authority, UriKind.Absolute, out var url) || url.UserInfo.Length > 0 || url.Query.Length > 0 || url.Fragment.Length > 0)
        {
            return Refusal.Invalid("authority_invalid", "Enter the issuer's address, such as https://login.example.com/tenant, without a query.");
        }
        // What listens on the server's own machine is nothing for tenants to talk to.
        return (url.Scheme == Uri.UriSchemeHttps && !url.IsLoopback) || (scope.IsPlatform && url.IsLoopback && (url.Scheme is "http" or "https")) ? null : NotHttps;
    }

    static readonly Refusal NotHttps = Refusal.Invalid("authority_not_https", "The issuer's address must begin with https:// and lie outside this server.");

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,62}$")]
    private static partial Regex SlugPattern();

    [GeneratedRegex(@"^(?=.{3,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$")]
    private static partial Regex DomainPattern();
}
