namespace Breeze.Core.Identity;

/// <summary>An OpenID Connect provider by which a partner's people sign in.</summary>
public sealed class SsoProvider
{
    public Guid Id { get; init; }
    public Guid PartnerId { get; init; }

    /// <summary>What its address carries: <c>/api/v1/auth/sso/{slug}</c>.</summary>
    public required string Slug { get; init; }

    public required string Name { get; set; }

    /// <summary>The issuer's address, below which its discovery document is.</summary>
    public required string Authority { get; set; }

    public required string ClientId { get; set; }

    /// <summary>Domains of e-mail addresses that may sign in; empty means none.</summary>
    public string[] AllowedDomains { get; set; } = [];

    /// <summary>The claim that the mapping reads; empty means that everybody gets the default role.</summary>
    public string RoleClaim { get; set; } = "";

    /// <summary>A JSON object: value of the claim to role id.</summary>
    public string RoleMapping { get; set; } = "{}";

    /// <summary>For who matches no rule; null means that they do not get in.</summary>
    public Guid? DefaultRoleId { get; set; }

    public bool Enabled { get; set; } = true;
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
}
