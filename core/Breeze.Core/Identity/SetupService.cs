using System.Security.Cryptography;
using System.Text;
using Breeze.Core.Auditing;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Core.Identity;

/// <summary>
/// The first run: a link that works once makes the first partner, organization, site and administrator. Afterwards no token is valid.
/// </summary>
public sealed class SetupService(Database database, IPasswordHasher<User> hasher, IAuditLog audit, TimeProvider time)
{
    readonly string _token = SecretToken.Create("");
    volatile bool _pending;

    /// <summary>Raised when the set-up is done, by this node or, seen later, by another.</summary>
    public event Action? Completed;

    public bool IsSetupPending => _pending;

    /// <summary>For the console of this machine alone.</summary>
    public string Token => _token;

    public async Task InitializeAsync(CancellationToken cancellationToken)
    {
        await using var context = database.CreateSystemContext();
        _pending = !await context.Partners.AnyAsync(cancellationToken);
    }

    public bool IsValidToken(string token) =>
        _pending && CryptographicOperations.FixedTimeEquals(SecretToken.Hash(token), SecretToken.Hash(_token));

    public async Task<SetupResult> CompleteAsync(string token, SetupRequest request, CancellationToken cancellationToken)
    {
        if (!IsValidToken(token))
        {
            return new(null, "This link is no longer valid. If nobody has set Breeze up yet, restart it and use the link that it prints.");
        }
        return await CreateAsync(request, cancellationToken);
    }

    /// <summary>The set-up of an unattended start, whose caller holds the machine anyway.</summary>
    public Task<SetupResult> CompleteUnattendedAsync(SetupRequest request, CancellationToken cancellationToken) => CreateAsync(request, cancellationToken);

    async Task<SetupResult> CreateAsync(SetupRequest request, CancellationToken cancellationToken)
    {
        if (Check(request) is { } problem)
        {
            return new(null, problem);
        }
        var now = time.GetUtcNow();
        await using var context = database.CreateSystemContext();
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        // Two links opened at once must not make two partners.
        await context.Database.ExecuteSqlRawAsync("SELECT pg_advisory_xact_lock(hashtext('breeze_setup'))", cancellationToken);
        if (await context.Partners.AnyAsync(cancellationToken))
        {
            _pending = false;
            return new(null, "Breeze is set up already. Sign in instead.");
        }
        var partner = new Partner { Id = Guid.CreateVersion7(now), Name = request.PartnerName.Trim(), Slug = Slug(request.PartnerName), IsPlatform = true, CreatedAt = now, UpdatedAt = now };
        var organization = new Organization { Id = Guid.CreateVersion7(now), PartnerId = partner.Id, Name = request.OrganizationName.Trim(), CreatedAt = now, UpdatedAt = now };
        var site = new Site
        {
            Id = Guid.CreateVersion7(now), PartnerId = partner.Id, OrganizationId = organization.Id, Name = request.SiteName.Trim(), CreatedAt = now, UpdatedAt = now,
        };
        var user = new User
        {
            Id = Guid.CreateVersion7(now), Email = request.Email.Trim(), NormalizedEmail = User.Normalize(request.Email), DisplayName = request.DisplayName.Trim(),
            SecurityStamp = Guid.NewGuid(), CreatedAt = now, UpdatedAt = now,
        };
        user.PasswordHash = hasher.HashPassword(user, request.Password);
        context.AddRange(partner, organization, site, user);
        context.Add(new PartnerUser { Id = Guid.CreateVersion7(now), PartnerId = partner.Id, UserId = user.Id, RoleId = BuiltInRoles.PartnerAdmin });
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        _pending = false;
        await audit.WriteAsync(
            new AccessScope { UserId = user.Id, ActorName = user.DisplayName, PartnerId = partner.Id },
            new AuditRecord("setup.completed", "partner", partner.Id.ToString()), cancellationToken);
        Completed?.Invoke();
        return new(user.Id, null);
    }

    static string? Check(SetupRequest request)
    {
        if (request.Email.Trim().Length is < 3 or > 320 || !request.Email.Contains('@', StringComparison.Ordinal))
        {
            return "Enter an e-mail address to sign in with.";
        }
        if (PasswordRules.Check(request.Password) is { } weak)
        {
            return weak;
        }
        foreach (var (name, what) in (ReadOnlySpan<(string, string)>)
            [(request.DisplayName, "your name"), (request.PartnerName, "the name of your company"),
             (request.OrganizationName, "the name of the first customer"), (request.SiteName, "the name of the first site")])
        {
            if (name.Trim().Length is 0 or > 200)
            {
                return $"Enter {what}, in at most 200 characters.";
            }
        }
        return null;
    }

    static string Slug(string name)
    {
        var slug = new StringBuilder();
        foreach (var c in name.ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(c))
            {
                slug.Append(c);
            }
            else if (slug.Length > 0 && slug[^1] != '-')
            {
                slug.Append('-');
            }
        }
        var text = slug.ToString().Trim('-');
        return text.Length == 0 ? "partner" : text[..Math.Min(text.Length, 63)];
    }
}
