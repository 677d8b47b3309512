using System.Security.Cryptography;
using Breeze.Core.Storage;
using Microsoft.AspNetCore.DataProtection;

namespace Breeze.Web.Hosting;

/// <summary>Secrets that the install makes for itself, encrypted in the database and the same on every node.</summary>
sealed class ServerSecrets(Database database, IDataProtectionProvider protection)
{
    public async Task<byte[]> GetOrCreateAsync(string name, CancellationToken cancellationToken)
    {
        var protector = protection.CreateProtector("Breeze.ServerSecrets", name);
        await using (var insert = database.System.CreateCommand("INSERT INTO server_secrets (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING"))
        {
            insert.Parameters.Add(new() { Value = name });
            insert.Parameters.Add(new() { Value = protector.Protect(RandomNumberGenerator.GetBytes(64)) });
            await insert.ExecuteNonQueryAsync(cancellationToken);
        }
        await using var select = database.System.CreateCommand("SELECT value FROM server_secrets WHERE name = $1");
        select.Parameters.Add(new() { Value = name });
        return protector.Unprotect((byte[])(await select.ExecuteScalarAsync(cancellationToken))!);
    }
}
