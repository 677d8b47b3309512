using Breeze.Core.Storage;
using Microsoft.EntityFrameworkCore;
using OtpNet;

namespace Breeze.Core.Identity;

/// <summary>Time-based one-time codes (RFC 6238). The secret is kept encrypted, and no code is taken twice.</summary>
public sealed class AuthenticatorApp(Database database, ISecretProtection protection, TimeProvider time)
{
    const string Purpose = "authenticator";
    static readonly VerificationWindow Window = new(previous: 1, future: 1);

    /// <summary>Makes the secret of an app that is not confirmed yet, or answers the one that waits; null when an app is set up already.</summary>
    public async Task<string?> BeginAsync(Guid userId, CancellationToken cancellationToken)
    {
        await using var context = database.CreateSystemContext();
        var user = await context.Users.AsNoTracking().SingleAsync(u => u.Id == userId, cancellationToken);
        if (user.MfaEnabled)
        {
            return null;
        }
        if (Read(user) is { } waiting)
        {
            return Base32Encoding.ToString(waiting);
        }
        var secret = KeyGeneration.GenerateRandomKey(20);
        var encrypted = protection.Protect(Purpose, secret);
        await context.Users.Where(u => u.Id == userId && !u.MfaEnabled).ExecuteUpdateAsync(
            u => u.SetProperty(x => x.MfaSecret, encrypted).SetProperty(x => x.MfaLastStep, (long?)null), cancellationToken);
        return Base32Encoding.ToString(secret);
    }

    /// <summary>What the QR code says.</summary>
    public static string Address(string secret, string email) =>
        $"otpauth://totp/Breeze:{Uri.EscapeDataString(email)}?secret={secret.TrimEnd('=')}&issuer=Breeze&algorithm=SHA1&digits=6&period=30";

    /// <summary>Turns the app on by a first code of it; false when the code is wrong or no set-up waits.</summary>
    public Task<bool> EnableAsync(Guid userId, string code, CancellationToken cancellationToken) => UseAsync(userId, code, enabled: false, cancellationToken);

    /// <summary>Checks a code and uses it up: of the same code sent twice, even at once, one is accepted.</summary>
    public Task<bool> VerifyAsync(Guid userId, string code, CancellationToken cancellationToken) => UseAsync(userId, code, enabled: true, cancellationToken);

    /// <summary>Forgets the app; false when there was none.</summary>
    public async Task<bool> DisableAsync(Guid userId, CancellationToken cancellationToken)
    {
        await using var context = database.CreateSystemContext();
        return await context.Users.Where(u => u.Id == userId && u.MfaEnabled).ExecuteUpdateAsync(
            u => u.SetProperty(x => x.MfaEnabled, false).SetProperty(x => x.MfaSecret, (byte[]?)null).SetProperty(x => x.MfaLastStep, (long?)null), cancellationToken) == 1;
    }

    async Task<bool> UseAsync(Guid userId, string code, bool enabled, CancellationToken cancellationToken)
    {
        var digits = string.Concat(code.Where(c => !char.IsWhiteSpace(c)));
        if (digits.Length != 6 || !digits.All(char.IsAsciiDigit))
        {
            return false;
        }
        await using var context = database.CreateSystemContext();
        var user = await context.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Id == userId && u.MfaEnabled == enabled, cancellationToken);
        if (user is null || Read(user) is not { } secret || !new Totp(secret).VerifyTotp(time.GetUtcNow().UtcDateTime, digits, out var step, Window))
        {
            return false;
        }
        // The condition is what makes it once: a second request finds the step taken.
        return await context.Users
            .Where(u => u.Id == userId && u.MfaEnabled == enabled && u.MfaSecret == user.MfaSecret && (u.MfaLastStep == null || u.MfaLastStep < step))
            .ExecuteUpdateAsync(u => u.SetProperty(x => x.MfaLastStep, step).SetProperty(x => x.MfaEnabled, true), cancellationToken) == 1;
    }

    byte[]? Read(User user) => user.MfaSecret is null ? null : protection.Unprotect(Purpose, user.MfaSecret);
}
