using System.Text.Json;
using Breeze.Core.Storage;
using Breeze.Core.Transport;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Core.Identity;

/// <summary>What ASP.NET Core Identity asks of our tables: finding people, and their passkeys.</summary>
public sealed class UserStore(Database database, TimeProvider time) : IUserPasskeyStore<User>, IUserSecurityStampStore<User>
{
    public Task<string> GetUserIdAsync(User user, CancellationToken cancellationToken) => Task.FromResult(user.Id.ToString());

    public Task<string?> GetUserNameAsync(User user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Email);

    public Task SetUserNameAsync(User user, string? userName, CancellationToken cancellationToken)
    {
        user.Email = userName ?? "";
        return Task.CompletedTask;
    }

    public Task<string?> GetNormalizedUserNameAsync(User user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.NormalizedEmail);

    public Task SetNormalizedUserNameAsync(User user, string? normalizedName, CancellationToken cancellationToken)
    {
        user.NormalizedEmail = User.Normalize(normalizedName ?? "");
        return Task.CompletedTask;
    }

    public Task<string?> GetSecurityStampAsync(User user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.SecurityStamp.ToString());

    public Task SetSecurityStampAsync(User user, string stamp, CancellationToken cancellationToken)
    {
        // Identity's own stamps are no UUIDs; what counts is that it is another one.
        user.SecurityStamp = Guid.TryParse(stamp, out var parsed) ? parsed : Guid.NewGuid();
        return Task.CompletedTask;
    }

    public async Task<IdentityResult> CreateAsync(User user, CancellationToken cancellationToken)
    {
        await using var context = database.CreateSystemContext();
        context.Add(user);
        await context.SaveChangesAsync(cancellationToken);
        return IdentityResult.Success;
    }

    public async Task<IdentityResult> UpdateAsync(User user, CancellationToken cancellationToken)
    {
        user.UpdatedAt = time.GetUtcNow();
        await using var context = database.CreateSystemContext();
        await context.Users.Where(u => u.Id == user.Id).ExecuteUpdateAsync(
            u => u.SetProperty(x => x.Email, user.Email).SetProperty(x => x.NormalizedEmail, user.NormalizedEmail).SetProperty(x => x.SecurityStamp, user.SecurityStamp)
                .SetProperty(x => x.UpdatedAt, user.UpdatedAt), cancellationToken);
        return IdentityResult.Success;
    }

    public async Task<IdentityResult> DeleteAsync(User user, CancellationToken cancellationToken)
    {
        await using var context = database.CreateSystemContext();
        await context.Users.Where(u => u.Id == user.Id).ExecuteDeleteAsync(cancellationToken);
        return IdentityResult.Success;
    }

    public async Task<User?> FindByIdAsync(string userId, CancellationToken cancellationToken)
    {
        if (!Guid.TryParse(userId, out var id))
        {
            return null;
        }
        await using var context = database.CreateSystemContext();
        return await context.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Id == id, cancellationToken);
    }

    public async Task<User?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken)
    {
        await using var context = database.CreateSystemContext();
        return await context.Users.AsNoTracking().SingleOrDefaultAsync(u => u.NormalizedEmail == normalizedUserName, cancellationToken);
    }

    public async Task AddOrUpdatePasskeyAsync(User user, UserPasskeyInfo passkey, CancellationToken cancellationToken)
    {
        var (now, data) = (time.GetUtcNow(), PasskeyData.Write(passkey));
        await using var context = database.CreateSystemContext();
        if (await context.Passkeys.SingleOrDefaultAsync(k => k.CredentialId == passkey.CredentialId, cancellationToken) is { } known)
        {
            if (known.UserId != user.Id)
            {
                throw new InvalidOperationException("A passkey stays with the person who made it.");
            }
            (known.Data, known.LastUsedAt) = (data, now);
        }
        else
        {
            var name = AgentText.Clean(passkey.Name ?? "", 100);
            context.Add(new UserPasskey { CredentialId = passkey.CredentialId, UserId = user.Id, Name = name.Length > 0 ? name : "Passkey", Data = data, CreatedAt = now });
        }
        await context.SaveChangesAsync(cancellationToken);
    }

    public async Task<IList<UserPasskeyInfo>> GetPasskeysAsync(User user, CancellationToken cancellationToken)
    {
        await using var context = database.CreateSystemContext();
        var rows = await context.Passkeys.AsNoTracking().Where(k => k.UserId == user.Id).ToListAsync(cancellationToken);
        return [.. rows.Select(PasskeyData.Read)];
    }

    public async Task<User?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken)
    {
        await using var context = database.CreateSystemContext();
        return await context.Users.AsNoTracking().SingleOrDefaultAsync(
            u => context.Passkeys.Any(k => k.CredentialId == credentialId && k.UserId == u.Id), cancellationToken);
    }

    public async Task<UserPasskeyInfo?> FindPasskeyAsync(User user, byte[] credentialId, CancellationToken cancellationToken)
    {
        await using var context = database.CreateSystemContext();
        return await context.Passkeys.AsNoTracking().SingleOrDefaultAsync(k => k.CredentialId == credentialId && k.UserId == user.Id, cancellationToken) is { } row
            ? PasskeyData.Read(row) : null;
    }

    public async Task RemovePasskeyAsync(User user, byte[] credentialId, CancellationToken cancellationToken)
    {
        await using var context = database.CreateSystemContext();
        await context.Passkeys.Where(k => k.CredentialId == credentialId && k.UserId == user.Id).ExecuteDeleteAsync(cancellationToken);
    }

    public void Dispose()
    {
        // Each call has its own connection; there is nothing to give back.
    }

    /// <summary>What a passkey's row keeps as JSON.</summary>
    sealed record PasskeyData(
        byte[] PublicKey, uint SignCount, string[]? Transports, bool IsUserVerified, bool IsBackupEligible, bool IsBackedUp, byte[] AttestationObject, byte[] ClientData)
    {
        public static string Write(UserPasskeyInfo passkey) => JsonSerializer.Serialize(new PasskeyData(
            passkey.PublicKey, passkey.SignCount, passkey.Transports, passkey.IsUserVerified, passkey.IsBackupEligible, passkey.IsBackedUp,
            passkey.AttestationObject, passkey.ClientDataJson));

        public static UserPasskeyInfo Read(UserPasskey row)
        {
            var data = JsonSerializer.Deserialize<PasskeyData>(row.Data)!;
            return new(
                row.CredentialId, data.PublicKey, row.CreatedAt, data.SignCount, data.Transports, data.IsUserVerified, data.IsBackupEligible, data.IsBackedUp,
                data.AttestationObject, data.ClientData) { Name = row.Name };
        }
    }
}
