using System.Collections.Concurrent;
using Breeze.Core.Tenancy;
using Breeze.PluginHost;
using Breeze.Sdk;

namespace Breeze.Web.Fragments;

/// <summary>Fills the slots of the pages from the plugins. A fragment that fails or dawdles shows an error card and harms nobody else.</summary>
sealed partial class FragmentRenderer(IPluginHost host, ILogger<FragmentRenderer> logger)
{
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);
    const int MaximumRows = 500;

    readonly ConcurrentDictionary<(string Hash, string Path), string> _templates = new();

    public async Task<IReadOnlyList<RenderedFragment>> RenderAsync(string slot, FragmentRequest request, AccessScope scope, CancellationToken cancellationToken)
    {
        var rendered = new List<(int Order, RenderedFragment Fragment)>();
        foreach (var lease in host.Extensions.AcquireAll<IUiFragment>())
        {
            using (lease)
            {
                if (lease.Value.Slot == slot && scope.Can(lease.Value.Permission))
                {
                    rendered.Add((lease.Value.Order, await RenderAsync(lease, request, cancellationToken)));
                }
            }
        }
        return [.. rendered.OrderBy(r => r.Order).ThenBy(r => r.Fragment.PluginId, StringComparer.Ordinal).Select(r => r.Fragment)];
    }

    async Task<RenderedFragment> RenderAsync(ExtensionLease<IUiFragment> lease, FragmentRequest request, CancellationToken cancellationToken)
    {
        var (id, name, title) = (lease.Plugin.Id, lease.Value.Name, lease.Value.Title);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lease.Stopping);
        linked.CancelAfter(Deadline);
        try
        {
            var content = await lease.Value.RenderAsync(request, linked.Token);
            if (content.Table is { } table)
            {
                return new(id, name, title, null, table with { Rows = [.. table.Rows.Take(MaximumRows)] }, null);
            }
            return new(id, name, title, FragmentTemplate.Render(ReadTemplate(id, content.TemplatePath ?? ""), content.Model), null, null);
        }
        catch (Exception e)
        {
            // The text alone: the exception's stack would keep the plugin in memory.
            LogFailed(logger, id, name, e.Message);
            return new(id, name, title, null, null, "This part could not be shown. The server's log says why.");
        }
    }

    string ReadTemplate(string pluginId, string path)
    {
        var plugin = host.Plugins.First(p => p.Id == pluginId);
        return _templates.GetOrAdd((plugin.Hash, path), key =>
        {
            // Where the store keeps a package, whose files it checked against the manifest.
            var directory = Path.Combine(host.Store.Root, plugin.Id, $"{plugin.Version}-{key.Hash[..12]}");
            var full = Path.GetFullPath(Path.Combine(directory, key.Path));
            return full.StartsWith(directory + Path.DirectorySeparatorChar, StringComparison.Ordinal) && File.Exists(full)
                ? File.ReadAllText(full)
                : throw new FragmentException($"There is no template '{key.Path}' in the package.");
        });
    }

    [LoggerMessage(LogLevel.Warning, "The fragment {Name} of the plugin {Plugin} failed: {Error}")]
    static partial void LogFailed(ILogger logger, string plugin, string name, string error);
}
