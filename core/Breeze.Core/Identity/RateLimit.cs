namespace Breeze.Core.Identity;

/// <summary>So many within so long, in a window that slides.</summary>
public sealed record RateLimit(string Name, int Permits, TimeSpan Window)
{
    /// <summary>Wrong passwords for one account, whether it exists or not, before it is locked.</summary>
    public static RateLimit AccountFailures { get; } = new("account", 5, TimeSpan.FromMinutes(5));

    /// <summary>A locked account.</summary>
    public static RateLimit AccountLock { get; } = new("lock", 1, TimeSpan.FromMinutes(5));

    /// <summary>Failures of all kinds from one address: many people may be behind it.</summary>
    public static RateLimit AddressFailures { get; } = new("address", 300, TimeSpan.FromMinutes(1));

    /// <summary>Tries of a code for one sign-in.</summary>
    public static RateLimit MfaTries { get; } = new("mfa-token", 5, TimeSpan.FromMinutes(5));

    /// <summary>Wrong codes for one account; a million codes and three that are right leave a guesser nothing.</summary>
    public static RateLimit MfaFailures { get; } = new("mfa-account", 10, TimeSpan.FromMinutes(1));

    /// <summary>As <see cref="MfaFailures"/>, for the patient.</summary>
    public static RateLimit MfaFailuresLong { get; } = new("mfa-account-hour", 40, TimeSpan.FromHours(1));

    /// <summary>What works once: the token of a sign-in, the challenge of a passkey.</summary>
    public static RateLimit Once { get; } = new("once", 1, TimeSpan.FromMinutes(15));

    /// <summary>Entries of the audit log that say that somebody was refused: enough to know, and not a way to fill the disk.</summary>
    public static RateLimit RefusalRecords { get; } = new("refusals", 10, TimeSpan.FromMinutes(1));

    /// <summary>As <see cref="RefusalRecords"/>, from one address.</summary>
    public static RateLimit RefusalRecordsPerAddress { get; } = new("refusals-address", 300, TimeSpan.FromMinutes(1));

    /// <summary>Mails with a reset link to one account.</summary>
    public static RateLimit ResetsPerAccount { get; } = new("reset-account", 3, TimeSpan.FromMinutes(15));

    /// <summary>Requests for a reset link from one address.</summary>
    public static RateLimit ResetsPerAddress { get; } = new("reset-address", 60, TimeSpan.FromMinutes(1));
}
