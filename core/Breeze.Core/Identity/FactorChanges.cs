using System.Text.Json;
using Breeze.Core.Auditing;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Core.Identity;

/// <summary>Sets up and removes a person's second factors, with what belongs to it: recovery codes, other sessions, the audit log.</summary>
public sealed class FactorChanges(
    Database database, AuthenticatorApp app, RecoveryCodes codes, SecondFactors factors, Sessions sessions, IAuditLog audit, TimeProvider time)
{
    /// <summary>Turns the authenticator app on by its first code. Answers the recovery codes when it is the first factor; null when the code is wrong.</summary>
    public async Task<IReadOnlyList<string>?> EnableAppAsync(AccessScope scope, string code, CancellationToken cancellationToken)
    {
        var before = await factors.ReadAsync(scope.UserId!.Value, cancellationToken);
        if (!await app.EnableAsync(scope.UserId.Value, code, cancellationToken))
        {
            return null;
        }
        await RecordAsync(scope, "user.authenticator_added", new { before = before.App, after = true }, cancellationToken);
        return await AddedAsync(scope, before, cancellationToken);
    }

    /// <summary>Keeps a passkey that was checked. Answers the recovery codes when it is the first factor.</summary>
    public async Task<IReadOnlyList<string>> AddPasskeyAsync(AccessScope scope, UserPasskeyInfo passkey, CancellationToken cancellationToken)
    {
        var before = await factors.ReadAsync(scope.UserId!.Value, cancellationToken);
        using var store = new UserStore(database, time);
        await using var context = database.CreateSystemContext();
        await store.AddOrUpdatePasskeyAsync(await context.Users.AsNoTracking().SingleAsync(u => u.Id == scope.UserId, cancellationToken), passkey, cancellationToken);
        await RecordAsync(scope, "user.passkey_added", new { passkey.Name }, cancellationToken);
        return await AddedAsync(scope, before, cancellationToken);
    }

    /// <summary>Turns the app off; otherwise why not, in words.</summary>
    public async Task<string?> DisableAppAsync(AccessScope scope, CancellationToken cancellationToken)
    {
        var before = await factors.ReadAsync(scope.UserId!.Value, cancellationToken);
        if (before.Passkeys == 0 && await factors.IsRequiredAsync(scope.UserId.Value, cancellationToken))
        {
            return "Your partner or role asks for a second factor. Add a passkey first; then the authenticator app can go.";
        }
        if (!await app.DisableAsync(scope.UserId.Value, cancellationToken))
        {
            return "There is no authenticator app to turn off.";
        }
        await RecordAsync(scope, "user.authenticator_removed", new { before = true, after = false }, cancellationToken);
        await RemovedAsync(scope, cancellationToken);
        return null;
    }

    /// <summary>Removes a passkey; otherwise why not, in words.</summary>
    public async Task<string?> RemovePasskeyAsync(AccessScope scope, byte[] credentialId, CancellationToken cancellationToken)
    {
        var before = await factors.ReadAsync(scope.UserId!.Value, cancellationToken);
        if (!before.App && before.Passkeys <= 1 && await factors.IsRequiredAsync(scope.UserId.Value, cancellationToken))
        {
            return "Your partner or role asks for a second factor, and this is your last. Add another passkey or an authenticator app first.";
        }
        await using var context = database.CreateSystemContext();
        var name = await context.Passkeys.Where(k => k.CredentialId == credentialId && k.UserId == scope.UserId).Select(k => k.Name).SingleOrDefaultAsync(cancellationToken);
        if (name is null || await context.Passkeys.Where(k => k.CredentialId == credentialId && k.UserId == scope.UserId).ExecuteDeleteAsync(cancellationToken) == 0)
        {
            return "That passkey is not there any more.";
        }
        await RecordAsync(scope, "user.passkey_removed", new { Name = name }, cancellationToken);
        await RemovedAsync(scope, cancellationToken);
        return null;
    }

    public async Task<bool> RenamePasskeyAsync(AccessScope scope, byte[] credentialId, string name, CancellationToken cancellationToken)
    {
        await using var context = database.CreateSystemContext();
        var row = await context.Passkeys.SingleOrDefaultAsync(k => k.CredentialId == credentialId && k.UserId == scope.UserId, cancellationToken);
        if (row is null)
        {
            return false;
        }
        var before = row.Name;
        row.Name = name;
        await context.SaveChangesAsync(cancellationToken);
        await RecordAsync(scope, "user.passkey_renamed", new { before, after = name }, cancellationToken);
        return true;
    }

    /// <summary>New recovery codes in the place of the old.</summary>
    public async Task<IReadOnlyList<string>> RenewCodesAsync(AccessScope scope, CancellationToken cancellationToken)
    {
        var made = await codes.RenewAsync(scope.UserId!.Value, cancellationToken);
        await RecordAsync(scope, "user.recovery_codes_renewed", new { made.Count }, cancellationToken);
        return made;
    }

    /// <summary>Who has just shown a new factor has confirmed who they are. With the first one, whoever is signed in elsewhere without it is no more.</summary>
    async Task<IReadOnlyList<string>> AddedAsync(AccessScope scope, SecondFactors.State before, CancellationToken cancellationToken)
    {
        if (scope.SessionId is { } sessionId)
        {
            await sessions.ConfirmAsync(sessionId, withMfa: true, cancellationToken);
        }
        if (before.Any)
        {
            return [];
        }
        await sessions.EndAllAsync(scope.UserId!.Value, scope.SessionId, cancellationToken);
        return await codes.RenewAsync(scope.UserId.Value, cancellationToken);
    }

    async Task RemovedAsync(AccessScope scope, CancellationToken cancellationToken)
    {
        if (!(await factors.ReadAsync(scope.UserId!.Value, cancellationToken)).Any)
        {
            await codes.RemoveAsync(scope.UserId.Value, cancellationToken);
        }
    }

    Task RecordAsync(AccessScope scope, string action, object detail, CancellationToken cancellationToken) =>
        audit.WriteAsync(scope, new AuditRecord(action, "user", scope.UserId.ToString()!) { Detail = JsonSerializer.Serialize(detail) }, cancellationToken);
}
