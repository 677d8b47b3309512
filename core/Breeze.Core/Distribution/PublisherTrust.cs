using Breeze.Core.Storage;
using Breeze.PluginHost;
using Npgsql;

namespace Breeze.Core.Distribution;

/// <summary>The publishers whose packages this install takes.</summary>
public sealed class PublisherTrust(Database database)
{
    public async Task<TrustStore> LoadAsync(CancellationToken cancellationToken)
    {
        var keys = new List<TrustedKey>();
        await using var command = database.System.CreateCommand("SELECT public_key FROM trusted_publishers WHERE revoked_at IS NULL");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            keys.Add(TrustedKey.FromSubjectPublicKeyInfo(reader.GetFieldValue<byte[]>(0)));
        }
        return new TrustStore(keys);
    }

    /// <summary>Trusts the publishers whose keys came with the build, or whom the machine's administrator put into the data directory.</summary>
    public async Task ImportAsync(string directory, string source, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(directory))
        {
            return;
        }
        foreach (var file in Directory.EnumerateFiles(directory, "*.pub").Order(StringComparer.Ordinal))
        {
            var key = TrustedKey.FromPem(await File.ReadAllTextAsync(file, cancellationToken));
            await using var command = database.System.CreateCommand(
                "INSERT INTO trusted_publishers (key_id, name, public_key, source) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING");
            command.Parameters.AddRange(new NpgsqlParameter[]
            {
                new() { Value = key.KeyId }, new() { Value = Path.GetFileNameWithoutExtension(file) },
                new() { Value = key.SubjectPublicKeyInfo.ToArray() }, new() { Value = source },
            });
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
