using System.Text.Json;
using Breeze.Core.Auditing;
using Breeze.Core.Tenancy;

namespace Breeze.Core.Identity;

/// <summary>Lets a signed-in person show again who they are: with a second factor if they have one, else with their password.</summary>
public sealed class Confirmations(PasswordCheck passwords, SecondFactors factors, Sessions sessions, IAuditLog audit)
{
    /// <summary>Null when the session is fresh now.</summary>
    public async Task<SignInResult?> ConfirmAsync(AccessScope scope, string? password, string? code, CancellationToken cancellationToken)
    {
        if (scope is not { UserId: { } userId, SessionId: { } sessionId })
        {
            return SignInResult.Refused("step_up_impossible", "Only a person who is signed in can confirm who they are.");
        }
        if (scope.HasMfa)
        {
            return await CodeAsync(scope, userId, sessionId, code, cancellationToken);
        }
        if (string.IsNullOrEmpty(password))
        {
            return SignInResult.Refused("password_required", "Enter your password.");
        }
        if (await PasswordAsync(scope, password, cancellationToken) is { } refusal)
        {
            return refusal;
        }
        await DoneAsync(scope, sessionId, "password", withMfa: false, cancellationToken);
        return null;
    }

    /// <summary>Checks the present password of the person who acts; null when it is right.</summary>
    public async Task<SignInResult?> PasswordAsync(AccessScope scope, string password, CancellationToken cancellationToken)
    {
        var (user, refusal) = await passwords.RunAsync(q => q.Where(u => u.Id == scope.UserId), $"CONFIRM {scope.UserId}", password, scope.Address, cancellationToken);
        if (refusal is null || refusal.IsBusy)
        {
            return refusal;
        }
        if (user is { PasswordHash: null })
        {
            return SignInResult.Refused("password_not_set", "You have no password here, because you sign in through your company. Sign out and in again, then do this within a quarter of an hour.");
        }
        await FailedAsync(scope, cancellationToken);
        return refusal.RetryAfter is null ? SignInResult.Refused("invalid_credentials", "That is not your password.") : refusal;
    }

    /// <summary>Records a confirmation that was checked already, as a passkey's is.</summary>
    public async Task DoneAsync(AccessScope scope, Guid sessionId, string factor, bool withMfa, CancellationToken cancellationToken)
    {
        await sessions.ConfirmAsync(sessionId, withMfa, cancellationToken);
        await audit.WriteAsync(scope, new AuditRecord("user.confirmed", "user", scope.UserId.ToString()!) { Detail = JsonSerializer.Serialize(new { factor }) }, cancellationToken);
    }

    async Task<SignInResult?> CodeAsync(AccessScope scope, Guid userId, Guid sessionId, string? code, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(code))
        {
            return SignInResult.Refused("code_required", "Enter a code of your authenticator app, or a recovery code.");
        }
        var (factor, wait) = await factors.VerifyAsync(userId, code, scope.Address, cancellationToken);
        if (factor is null)
        {
            await FailedAsync(scope, cancellationToken);
            return wait is null
                ? SignInResult.Refused("invalid_code", "The code is wrong or was used before. Wait for the next one, or use a recovery code.") : SignInResult.Wait(wait.Value);
        }
        await DoneAsync(scope, sessionId, factor, withMfa: true, cancellationToken);
        return null;
    }

    /// <summary>Records a confirmation that failed.</summary>
    public Task FailedAsync(AccessScope scope, CancellationToken cancellationToken) =>
        audit.WriteAsync(scope, new AuditRecord("user.confirmation_failed", "user", scope.UserId.ToString()!), cancellationToken);
}
