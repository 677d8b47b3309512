using Breeze.Core.Identity;
using Breeze.Web.Identity.Sso;

namespace Breeze.Web.Pages.SignOn;

/// <summary>What a provider shall be, as the form asks for it.</summary>
public sealed class ProviderForm
{
    public string? Name { get; set; }
    public string? Slug { get; set; }
    public string? Authority { get; set; }
    public string? ClientId { get; set; }

    /// <summary>Written and never shown; empty leaves the one that there is.</summary>
    public string? ClientSecret { get; set; }

    public string? AllowedDomains { get; set; }
    public string? RoleClaim { get; set; }

    /// <summary>Values of the claim; each with the role in the same place of the other list.</summary>
    public string[] MappedValues { get; set; } = [];

    public Guid[] MappedRoles { get; set; } = [];
    public Guid? DefaultRoleId { get; set; }
    public bool Enabled { get; set; }

    public static ProviderForm Of(SsoProvider p)
    {
        var mapping = SsoProviders.MappingOf(p);
        return new()
        {
            Name = p.Name, Slug = p.Slug, Authority = p.Authority, ClientId = p.ClientId, AllowedDomains = string.Join(", ", p.AllowedDomains), RoleClaim = p.RoleClaim,
            MappedValues = [.. mapping.Keys], MappedRoles = [.. mapping.Values], DefaultRoleId = p.DefaultRoleId, Enabled = p.Enabled,
        };
    }

    public SsoProviderDraft ToDraft(SsoSecrets secrets, bool isNew, out string? problem)
    {
        problem = null;
        var mapping = new Dictionary<string, Guid>();
        foreach (var (value, role) in MappedValues.Zip(MappedRoles))
        {
            if (!string.IsNullOrWhiteSpace(value) && role != default && !mapping.TryAdd(value.Trim(), role))
            {
                problem = $"There are two rules for {value.Trim()}. Keep one.";
            }
        }
        return new()
        {
            Name = Name ?? "", Slug = isNew ? Slug ?? "" : null, Authority = Authority ?? "", ClientId = ClientId ?? "",
            ProtectedSecret = string.IsNullOrEmpty(ClientSecret) ? null : secrets.Protect(ClientSecret),
            AllowedDomains = (AllowedDomains ?? "").Split([' ', ',', ';', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries), RoleClaim = RoleClaim ?? "",
            RoleMapping = mapping, DefaultRoleId = DefaultRoleId, ClearDefaultRole = DefaultRoleId is null, Enabled = Enabled,
        };
    }
}
