namespace Breeze.Core.Identity;

/// <summary>A person who signs in.</summary>
public sealed class User
{
    public Guid Id { get; init; }
    public required string Email { get; set; }
    public required string NormalizedEmail { get; set; }
    public required string DisplayName { get; set; }
    public string? PasswordHash { get; set; }
    public Guid SecurityStamp { get; set; }
    public string Status { get; set; } = "active";
    /// <summary>The secret of the authenticator app, encrypted; there from the beginning of its set-up.</summary>
    public byte[]? MfaSecret { get; set; }

    /// <summary>Whether the authenticator app is set up.</summary>
    public bool MfaEnabled { get; set; }

    /// <summary>The last time step of which a code was accepted: none works twice.</summary>
    public long? MfaLastStep { get; set; }

    public DateTimeOffset? PasswordChangedAt { get; set; }

    /// <summary>What they have chosen for themselves, as a JSON object.</summary>
    public string Preferences { get; set; } = "{}";

    public int FailedSignIns { get; set; }
    public DateTimeOffset? LockedUntil { get; set; }
    public DateTimeOffset? LastSignInAt { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>The form under which addresses are compared.</summary>
    public static string Normalize(string email) => email.Trim().ToUpperInvariant();
}
