using System.Security.Cryptography;
using Breeze.Core.Storage;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Core.Identity;

/// <summary>Codes on paper, for who has lost their second factor: 80 random bits each, kept as hashes alone, and each good for once.</summary>
public sealed class RecoveryCodes(Database database, TimeProvider time)
{
    public const int Number = 10;

    // Without what looks alike.
    const string Alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    const int Length = 16;

    /// <summary>Makes new ones, which ends the old. They are shown now and never again.</summary>
    public async Task<IReadOnlyList<string>> RenewAsync(Guid userId, CancellationToken cancellationToken)
    {
        string[] codes = [.. Enumerable.Range(0, Number).Select(_ => RandomNumberGenerator.GetString(Alphabet, Length))];
        await using var context = database.CreateSystemContext();
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        await context.RecoveryCodes.Where(c => c.UserId == userId).ExecuteDeleteAsync(cancellationToken);
        context.AddRange(codes.Select(c => new RecoveryCode { Id = Guid.CreateVersion7(time.GetUtcNow()), UserId = userId, CodeHash = SecretToken.Hash(c) }));
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return [.. codes.Select(Grouped)];
    }

    /// <summary>Uses one up; false when it is not one of theirs or was used before.</summary>
    public async Task<bool> TryUseAsync(Guid userId, string code, CancellationToken cancellationToken)
    {
        var plain = string.Concat(code.Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant();
        if (plain.Length != Length)
        {
            return false;
        }
        var (hash, now) = (SecretToken.Hash(plain), time.GetUtcNow());
        await using var context = database.CreateSystemContext();
        return await context.RecoveryCodes.Where(c => c.UserId == userId && c.CodeHash == hash && c.UsedAt == null)
            .ExecuteUpdateAsync(c => c.SetProperty(x => x.UsedAt, now), cancellationToken) == 1;
    }

    /// <summary>How many are left.</summary>
    public async Task<int> CountAsync(Guid userId, CancellationToken cancellationToken)
    {
        await using var context = database.CreateSystemContext();
        return await context.RecoveryCodes.CountAsync(c => c.UserId == userId && c.UsedAt == null, cancellationToken);
    }

    public async Task RemoveAsync(Guid userId, CancellationToken cancellationToken)
    {
        await using var context = database.CreateSystemContext();
        await context.RecoveryCodes.Where(c => c.UserId == userId).ExecuteDeleteAsync(cancellationToken);
    }

    static string Grouped(string code) => string.Join('-', code.Chunk(4).Select(c => new string(c)));
}
