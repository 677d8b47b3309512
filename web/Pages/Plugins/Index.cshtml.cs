using System.Text.Json;
using Breeze.Core.Distribution;
using Breeze.Core.Events;
using Breeze.Core.Identity;
using Breeze.Core.Queue;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.PluginHost;
using Breeze.Web.Frame;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.Plugins;

/// <summary>What is loaded, where, in which generation, and how it fares.</summary>
[RequirePermission(Permissions.PluginsRead)]
[RequireStepUp(Handlers = "Upload")]
public sealed class IndexModel(
    PluginAdministration plugins, BreezeDbContext database, IDeviceQueue queue, AccessScope scope, EventBus bus, TimeProvider time) : PageModel
{
    public IReadOnlyList<PluginOverview> Plugins { get; private set; } = [];

    public IReadOnlyDictionary<string, PluginError> Refused => plugins.RefusedFiles;

    public bool CanManage => scope.Can(Permissions.PluginsManage);

    /// <summary>The plugin whose settings are open.</summary>
    [FromQuery(Name = "settings")]
    public string? Open { get; set; }

    public string? SettingsError { get; private set; }

    public SettingsView? Settings { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        if (Open is not null && Plugins.FirstOrDefault(p => p.Id == Open) is { } plugin && CanManage)
        {
            Settings = SettingsView.Read(plugin.SettingsSchema, plugin.Settings);
        }
        return Request.WantsPartial() ? Partial("_List", this) : Page();
    }

    /// <summary>Says that something changed; the page then fetches its list again.</summary>
    public async Task<IActionResult> OnGetStreamAsync()
    {
        await using var stream = await EventStream.OpenAsync(HttpContext);
        var channel = bus.Subscribe(Topics.Plugins);
        try
        {
            await stream.RunAsync(channel.Reader, _ => stream.SendAsync("state", ""));
        }
        finally
        {
            bus.Unsubscribe(Topics.Plugins, channel);
        }
        return new EmptyResult();
    }

    /// <summary>Loads a plugin anew, on this server and on every agent within reach that runs it.</summary>
    public async Task<IActionResult> OnPostReloadAsync(string id, CancellationToken cancellationToken)
    {
        if (!CanManage)
        {
            return Forbid();
        }
        var result = await plugins.ReloadAsync(scope, id, cancellationToken);
        var devices = await database.DevicePlugins.Where(p => p.PluginId == id).Select(p => p.DeviceId).ToListAsync(cancellationToken);
        var payload = JsonSerializer.SerializeToElement(new Dictionary<string, string> { ["id"] = id });
        var queued = devices.Count == 0 ? [] : await queue.EnqueueAsync(scope, devices, new("plugin.reload", payload, 60, time.GetUtcNow().AddHours(1)), cancellationToken);
        if (result is { IsSuccess: false })
        {
            Response.Toast($"Not reloaded on the server; the old generation serves on. {result.Error.Message}", good: false);
        }
        else if (result is null && queued.Count == 0)
        {
            Response.Toast("This plugin runs neither on this server nor on an agent in your reach.", good: false);
        }
        else
        {
            var here = result is null ? "" : $"Reloaded here: generation {result.Status?.Generation} serves. ";
            Response.Toast(here + (queued.Count == 0 ? "" : $"{Units.Of(queued.Count, "agent", "agents")} asked to reload."));
        }
        return await ListAsync(cancellationToken);
    }

    public async Task<IActionResult> OnPostEnableAsync(string id, bool enabled, CancellationToken cancellationToken)
    {
        if (!CanManage)
        {
            return Forbid();
        }
        if (!await plugins.SetEnabledAsync(scope, id, enabled, cancellationToken))
        {
            return NotFound();
        }
        Response.Toast(enabled ? "Switched on." : "Switched off, here and on every agent with its next check-in.");
        return await ListAsync(cancellationToken);
    }

    public async Task<IActionResult> OnPostUploadAsync(IFormFile? package, CancellationToken cancellationToken)
    {
        if (!CanManage)
        {
            return Forbid();
        }
        if (package is null || package.Length == 0)
        {
            Response.Toast("Choose a package first: a file that ends in .bpkg.", good: false);
            return await ListAsync(cancellationToken);
        }
        await using var content = package.OpenReadStream();
        var import = await plugins.UploadAsync(scope, content, cancellationToken);
        if (import.Error is { } error)
        {
            Response.Toast($"Refused. {error.Message}", good: false);
        }
        else
        {
            var manifest = import.Package!.Manifest;
            Response.Toast(import.Activated ? $"{manifest.Name} {manifest.Version} is in force." : $"{manifest.Name} {manifest.Version} is stored; a newer version stays in force.");
        }
        return await ListAsync(cancellationToken);
    }

    public async Task<IActionResult> OnPostSettingsAsync(string id, CancellationToken cancellationToken)
    {
        if (!CanManage)
        {
            return Forbid();
        }
        await LoadAsync(cancellationToken);
        if (Plugins.FirstOrDefault(p => p.Id == id) is not { } plugin)
        {
            return NotFound();
        }
        Open = id;
        Settings = SettingsView.Read(plugin.SettingsSchema, plugin.Settings);
        SettingsError = await plugins.SaveSettingsAsync(scope, id, Settings.Apply(Request.Form), cancellationToken);
        if (SettingsError is null)
        {
            Response.Toast("Saved. Agents take the new settings with their next check-in.");
            Open = null;
            Settings = null;
            await LoadAsync(cancellationToken);
        }
        else
        {
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        }
        return Request.WantsPartial() ? Partial("_List", this) : Page();
    }

    async Task<IActionResult> ListAsync(CancellationToken cancellationToken)
    {
        if (!Request.WantsPartial())
        {
            return Redirect("/plugins");
        }
        await LoadAsync(cancellationToken);
        return Partial("_List", this);
    }

    async Task LoadAsync(CancellationToken cancellationToken) => Plugins = await plugins.ListAsync(scope, cancellationToken);
}
