using System.Text.Json;
using System.Text.Json.Nodes;
using Breeze.Core.Auditing;
using Breeze.Core.Events;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.PluginHost;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Core.Distribution;

/// <summary>What the plugins page shows and does. Plugins belong to the platform; who may manage them is decided by permission.</summary>
public sealed class PluginAdministration(
    Database database, IPluginHost host, PackageCatalog catalog, PackageFolders folders, ServerPlugins server, EventBus bus, IAuditLog audit, TimeProvider time)
{
    /// <summary>Files in the package folders that were refused, by file name.</summary>
    public IReadOnlyDictionary<string, PluginError> RefusedFiles => folders.Refused.ToDictionary(r => Path.GetFileName(r.Key), r => r.Value);

    public async Task<IReadOnlyList<PluginOverview>> ListAsync(AccessScope scope, CancellationToken cancellationToken)
    {
        await using var context = database.CreateContext(scope);
        var rows = await (
            from p in context.Plugins
            join k in context.PluginPackages on p.ActiveHash equals k.Hash
            orderby p.Id
            select new { p.Id, p.Enabled, p.Settings, k.Name, k.Version, k.Hash, k.Signer, k.Manifest, k.Catalog, k.Source, p.UpdatedAt }).ToListAsync(cancellationToken);
        var agents = await context.DevicePlugins.GroupBy(d => new { d.PluginId, d.State, Current = context.Plugins.Any(p => p.ActiveHash == d.Hash) })
            .Select(g => new { g.Key.PluginId, g.Key.State, g.Key.Current, Count = g.Count(), Generation = g.Max(d => d.Generation), LoadMs = g.Average(d => d.LoadMs) })
            .ToListAsync(cancellationToken);
        var errors = await context.DevicePlugins.Where(d => d.State != "active" && d.Error != null).GroupBy(d => d.PluginId)
            .Select(g => new { g.Key, Error = g.Max(d => d.Error) }).ToDictionaryAsync(g => g.Key, g => g.Error, cancellationToken);
        var loaded = host.Plugins.ToDictionary(p => p.Id);
        return
        [
            .. rows.Select(row =>
            {
                var manifest = JsonNode.Parse(row.Manifest)!;
                var provided = JsonNode.Parse(row.Catalog)!;
                return new PluginOverview
                {
                    Id = row.Id,
                    Name = row.Name,
                    Description = (string?)manifest["description"] ?? "",
                    Version = row.Version,
                    Hash = row.Hash,
                    Signer = row.Signer,
                    Source = row.Source,
                    Enabled = row.Enabled,
                    UpdatedAt = row.UpdatedAt,
                    Hosts = Strings(manifest["hosts"]),
                    Permissions = Strings(manifest["permissions"]),
                    Provides = Strings(provided["provides"]),
                    MetricCount = provided["metrics"]?.AsArray().Count ?? 0,
                    SettingsSchema = provided["settings_schema"]?.ToJsonString(),
                    Settings = row.Settings,
                    Server = loaded.GetValueOrDefault(row.Id),
                    AgentsActive = agents.Where(a => a.PluginId == row.Id && a.State == "active" && a.Current).Sum(a => a.Count),
                    AgentsOutdated = agents.Where(a => a.PluginId == row.Id && a.State == "active" && !a.Current).Sum(a => a.Count),
                    AgentsFailed = agents.Where(a => a.PluginId == row.Id && a.State != "active").Sum(a => a.Count),
                    AgentGeneration = agents.Where(a => a.PluginId == row.Id && a.State == "active").Max(a => (int?)a.Generation),
                    AgentLoadMs = agents.Where(a => a.PluginId == row.Id && a.State == "active" && a.Current).Max(a => a.LoadMs),
                    AgentError = errors.GetValueOrDefault(row.Id),
                };
            }),
        ];

        static string[] Strings(JsonNode? node) => node is JsonArray array ? [.. array.Select(e => (string)e!)] : [];
    }

    public async Task<PackageImport> UploadAsync(AccessScope scope, Stream package, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        var chunk = new byte[81920];
        int read;
        while ((read = await package.ReadAsync(chunk, cancellationToken)) > 0)
        {
            buffer.Write(chunk, 0, read);
            if (buffer.Length > PackageCatalog.MaximumSize)
            {
                return new(null, false, new PluginError(PluginErrorCodes.TooLarge, $"The file is larger than {PackageCatalog.MaximumSize >> 20} MiB."));
            }
        }
        var import = await catalog.ImportAsync(buffer.ToArray(), "uploaded", cancellationToken);
        if (import.Error is null)
        {
            await AuditAsync(scope, "plugin.uploaded", import.Package!.Manifest.Id, new JsonObject
            {
                ["version"] = import.Package.Manifest.Version, ["hash"] = import.Package.Hash, ["signer"] = import.Package.Signer,
            }, cancellationToken);
        }
        return import;
    }

    /// <summary>
    /// Loads the plugin anew: on this server, and, since an agent reloads what changes, on every agent that is asked to by a command of the
    /// caller. Null when there is no such plugin on this server.
    /// </summary>
    public async Task<PluginLoadResult?> ReloadAsync(AccessScope scope, string id, CancellationToken cancellationToken)
    {
        if (host.Plugins.All(p => p.Id != id))
        {
            return null;
        }
        var result = await host.ReloadAsync(id, null, cancellationToken);
        await AuditAsync(scope, "plugin.reloaded", id, [], cancellationToken);
        return result;
    }

    public async Task<bool> SetEnabledAsync(AccessScope scope, string id, bool enabled, CancellationToken cancellationToken)
    {
        await using var context = database.CreateSystemContext();
        var now = time.GetUtcNow();
        if (await context.Plugins.Where(p => p.Id == id).ExecuteUpdateAsync(
            p => p.SetProperty(x => x.Enabled, enabled).SetProperty(x => x.UpdatedAt, now), cancellationToken) == 0)
        {
            return false;
        }
        await ChangedAsync(scope, enabled ? "plugin.enabled" : "plugin.disabled", id, cancellationToken);
        return true;
    }

    /// <summary>Stores settings that the package's schema allows; otherwise answers what is wrong, with the path.</summary>
    public async Task<string?> SaveSettingsAsync(AccessScope scope, string id, JsonElement settings, CancellationToken cancellationToken)
    {
        await using var context = database.CreateSystemContext();
        var plugin = await context.Plugins.SingleOrDefaultAsync(p => p.Id == id, cancellationToken);
        if (plugin is null)
        {
            return "There is no such plugin.";
        }
        var package = await context.PluginPackages.SingleAsync(k => k.Hash == plugin.ActiveHash, cancellationToken);
        var schema = JsonNode.Parse(package.Catalog)!["settings_schema"] is { } node ? JsonSerializer.SerializeToUtf8Bytes(node) : null;
        var (complete, error) = await PluginSettings.PrepareAsync(schema is null ? default(ReadOnlyMemory<byte>?) : schema, settings, validate: true);
        if (error is not null)
        {
            return error.Message;
        }
        plugin.Settings = complete.GetRawText();
        plugin.UpdatedAt = time.GetUtcNow();
        await context.SaveChangesAsync(cancellationToken);
        await ChangedAsync(scope, "plugin.settings_changed", id, cancellationToken);
        return null;
    }

    async Task ChangedAsync(AccessScope scope, string action, string id, CancellationToken cancellationToken)
    {
        await AuditAsync(scope, action, id, [], cancellationToken);
        await server.ReconcileAsync(cancellationToken);
        bus.Publish(Topics.Plugins, []);
    }

    Task AuditAsync(AccessScope scope, string action, string id, JsonObject detail, CancellationToken cancellationToken) =>
        audit.WriteAsync(scope, new AuditRecord(action, "plugin", id) { Detail = detail.ToJsonString() }, cancellationToken);
}
