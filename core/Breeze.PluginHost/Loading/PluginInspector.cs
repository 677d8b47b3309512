using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Breeze.Sdk;

namespace Breeze.PluginHost;

/// <summary>Finds out what a plugin registers, for the packer. Loads its code and calls its constructor and <c>Register</c>, nothing else.</summary>
public static class PluginInspector
{
    static readonly IReadOnlySet<string> NothingReserved = new HashSet<string>();

    /// <param name="directory">Holds the entry assembly and what it needs.</param>
    /// <param name="manifest">The plugin's.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    [SuppressMessage("Design", "CA1031", Justification = "Whatever the plugin throws is the answer.")]
    public static (PluginCatalog? Catalog, PluginError? Error) Inspect(string directory, PluginManifest manifest)
    {
        var provides = new SortedSet<string>(StringComparer.Ordinal);
        var metrics = new SortedDictionary<string, CatalogMetric>(StringComparer.Ordinal);
        var inventory = new SortedDictionary<string, CatalogInventory>(StringComparer.Ordinal);
        try
        {
            foreach (var host in manifest.Hosts)
            {
                if (Inspect(directory, manifest, host, provides, metrics, inventory) is { } error)
                {
                    return (null, error);
                }
            }
        }
        catch (Exception exception)
        {
            return (null, new PluginError(PluginErrorCodes.RegisterFailed, $"{manifest.Entry.Type} failed: {exception.GetType().Name}: {exception.Message}"));
        }

        var catalog = new PluginCatalog([.. provides], [.. metrics.Values]) { Inventory = [.. inventory.Values] };
        return CatalogInventoryRules.Check(catalog.Inventory) is var (path, message)
            ? (null, new PluginError(PluginErrorCodes.ManifestInvalid, $"{manifest.Entry.Type}: \"{path}\" {message}"))
            : (catalog, null);
    }

    static PluginError? Inspect(
        string directory, PluginManifest manifest, PluginHostKind host, SortedSet<string> provides, SortedDictionary<string, CatalogMetric> metrics,
        SortedDictionary<string, CatalogInventory> inventory)
    {
        var (code, error) = PluginCode.Load(directory, manifest.Entry, out _);
        if (code is null)
        {
            return error;
        }

        try
        {
            var builder = new RecordingBuilder(manifest.Id, host, NothingReserved);
            try
            {
                code.Plugin.Register(builder);
            }
            catch (InvalidOperationException) when (builder.Error is not null)
            {
                return builder.Error;
            }

            foreach (var registration in builder.Seal())
            {
                provides.Add(registration.Provides);
                foreach (var metric in registration.Instance is ICollector collector ? collector.Metrics : [])
                {
                    metrics[metric.Name] = ToCatalog(metric);
                }

                foreach (var kind in registration.Instance is ICollector source ? source.Inventory : [])
                {
                    inventory[kind.Kind] = ToCatalog(kind);
                }
            }

            return builder.Error;
        }
        finally
        {
            code.Unload();
        }
    }

    static CatalogInventory ToCatalog(InventoryDescriptor kind) => new(
        kind.Kind, kind.Description, [.. kind.Fields.Select(field => new CatalogField(field.Name, ToCatalog(field.Value), field.Description, field.IsList))]);

    static string ToCatalog(InventoryValue value) => value switch
    {
        InventoryValue.Number => "number",
        InventoryValue.Size => "size",
        InventoryValue.Version => "version",
        InventoryValue.Time => "time",
        InventoryValue.Flag => "flag",
        _ => "text",
    };

    static CatalogMetric ToCatalog(MetricDescriptor metric) => new(
        metric.Name,
        metric.Unit,
        metric.Kind switch
        {
            MetricKind.Counter => "counter",
            MetricKind.State => "state",
            _ => "gauge",
        },
        metric.Title,
        metric.Description,
        [.. metric.Labels],
        metric.Warning,
        metric.Critical);
}
