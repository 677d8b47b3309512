using System.Security.Cryptography;
using System.Text.Json;
using Breeze.Core.Events;
using Breeze.Core.Storage;
using Breeze.PluginHost;
using Npgsql;
using NpgsqlTypes;
using NuGet.Versioning;

namespace Breeze.Core.Distribution;

/// <summary>The packages of this install, verified before they are taken, kept in the database.</summary>
public sealed class PackageCatalog(Database database, PublisherTrust trust, EventBus bus)
{
    /// <summary>The largest package file, in bytes.</summary>
    public const int MaximumSize = 64 << 20;

    /// <summary>
    /// Takes a package: <c>bundled</c> ones take over from older bundled ones, the others from any. Everything is verified first, and a
    /// refused package changes nothing.
    /// </summary>
    public async Task<PackageImport> ImportAsync(byte[] file, string source, CancellationToken cancellationToken)
    {
        var read = PackageReader.Read(new MemoryStream(file, writable: false), await trust.LoadAsync(cancellationToken));
        if (!read.IsValid)
        {
            return new(null, false, read.Error);
        }
        var package = read.Package;
        if (CheckSdk(package.Manifest.Sdk) is { } incompatible)
        {
            return new(package, false, incompatible);
        }
        await using var connection = await database.System.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await InsertPackageAsync(connection, package, file, source, cancellationToken);
        var activated = await ActivateAsync(connection, package, source, cancellationToken);
        if (activated)
        {
            await InsertMetricsAsync(connection, package, cancellationToken);
        }
        await transaction.CommitAsync(cancellationToken);
        if (activated)
        {
            bus.Publish(Topics.Plugins, []);
        }
        return new(package, activated, null);
    }

    /// <summary>The bytes of a package file; null when there is none.</summary>
    public async Task<byte[]?> ReadAsync(string hash, CancellationToken cancellationToken)
    {
        await using var command = database.System.CreateCommand("SELECT content FROM plugin_packages WHERE hash = $1");
        command.Parameters.Add(new() { Value = hash });
        return (byte[]?)await command.ExecuteScalarAsync(cancellationToken);
    }

    static PluginError? CheckSdk(string range)
    {
        var ours = typeof(Breeze.Sdk.IBreezePlugin).Assembly.GetName().Version!.ToString(3);
        return VersionRange.TryParse(range, out var parsed) && parsed.Satisfies(NuGetVersion.Parse(ours))
            ? null
            : new PluginError(PluginErrorCodes.SdkIncompatible, $"The package needs SDK {range} and this server has {ours}. Upgrade Breeze, or build the plugin against SDK {ours}.");
    }

    static async Task InsertPackageAsync(NpgsqlConnection connection, PluginPackage package, byte[] file, string source, CancellationToken cancellationToken)
    {
        await using var insert = new NpgsqlCommand(
            """
            INSERT INTO plugin_packages (hash, plugin_id, name, version, signer, manifest, catalog, file_sha256, size, content, source)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING
            """, connection)
        {
            Parameters =
            {
                new() { Value = package.Hash }, new() { Value = package.Manifest.Id }, new() { Value = package.Manifest.Name },
                new() { Value = package.Manifest.Version }, new() { Value = package.Signer },
                new() { Value = JsonSerializer.Serialize(package.Manifest, PackageJson.Options), NpgsqlDbType = NpgsqlDbType.Jsonb },
                new() { Value = CatalogJson(package), NpgsqlDbType = NpgsqlDbType.Jsonb },
                new() { Value = Convert.ToHexStringLower(SHA256.HashData(file)) }, new() { Value = (long)file.Length },
                new() { Value = file }, new() { Value = source },
            },
        };
        await insert.ExecuteNonQueryAsync(cancellationToken);
    }

    static string CatalogJson(PluginPackage package)
    {
        var catalog = JsonSerializer.SerializeToNode(package.Catalog, PackageJson.Options)!.AsObject();
        if (package.SettingsSchema is { } schema)
        {
            catalog["settings_schema"] = System.Text.Json.Nodes.JsonNode.Parse(schema.Span);
        }
        return catalog.ToJsonString();
    }

    static async Task<bool> ActivateAsync(NpgsqlConnection connection, PluginPackage package, string source, CancellationToken cancellationToken)
    {
        await using (var read = new NpgsqlCommand(
            "SELECT k.hash, k.version, k.source FROM plugins p JOIN plugin_packages k ON k.hash = p.active_hash WHERE p.id = $1 FOR UPDATE OF p", connection)
        {
            Parameters = { new() { Value = package.Manifest.Id } },
        })
        await using (var reader = await read.ExecuteReaderAsync(cancellationToken))
        {
            if (await reader.ReadAsync(cancellationToken))
            {
                var active = (Hash: reader.GetString(0), Version: NuGetVersion.Parse(reader.GetString(1)), Source: reader.GetString(2));
                var offered = NuGetVersion.Parse(package.Manifest.Version);
                // What came with the build must not undo what an administrator put there, unless it is newer.
                var takesOver = source == "bundled" && active.Source != "bundled" ? offered > active.Version : offered >= active.Version || source != "bundled";
                if (active.Hash == package.Hash || !takesOver)
                {
                    return false;
                }
            }
        }
        await using var activate = new NpgsqlCommand(
            "INSERT INTO plugins (id, active_hash) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET active_hash = $2, updated_at = now()", connection)
        {
            Parameters = { new() { Value = package.Manifest.Id }, new() { Value = package.Hash } },
        };
        await activate.ExecuteNonQueryAsync(cancellationToken);
        return true;
    }

    static async Task InsertMetricsAsync(NpgsqlConnection connection, PluginPackage package, CancellationToken cancellationToken)
    {
        foreach (var metric in package.Catalog.Metrics)
        {
            await using var upsert = new NpgsqlCommand(
                """
                INSERT INTO metric_definitions (name, unit, kind, title, description, labels, plugin_id, warning, critical, updated_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, now())
                ON CONFLICT (name) DO UPDATE SET unit = $2, kind = $3, title = $4, description = $5, labels = $6, warning = $8, critical = $9,
                    updated_at = now()
                WHERE metric_definitions.plugin_id = $7
                """, connection)
            {
                Parameters =
                {
                    new() { Value = metric.Name }, new() { Value = metric.Unit }, new() { Value = metric.Kind },
                    new() { Value = (object?)metric.Title ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
                    new() { Value = metric.Description }, new() { Value = metric.Labels.ToArray() }, new() { Value = package.Manifest.Id },
                    new() { Value = (object?)metric.Warning ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Double },
                    new() { Value = (object?)metric.Critical ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Double },
                },
            };
            await upsert.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
