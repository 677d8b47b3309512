using System.Text.Json;
using Breeze.Core.Devices;
using Breeze.Core.Events;
using Breeze.Core.Identity;
using Breeze.Core.Metrics;
using Breeze.Core.Queue;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Core.Transport;
using Breeze.Features.Alerting;
using Breeze.Features.Alerting.Suppression;
using Breeze.Features.Policies;
using Breeze.Features.Scripts;
using Breeze.Web.Frame;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.Devices;

/// <summary>One device, in tabs whose names are in the address.</summary>
[RequirePermission(Permissions.DevicesRead)]
public sealed partial class DeviceModel(
    BreezeDbContext database, AccessScope scope, DeviceCharts charts, MetricQueries metrics, DeviceCommands commands, DeviceRuntimes runtimes,
    InventoryTabs inventory, IDeviceQueue queue, EventBus bus, OutputTail outputs, WakeService wake, TimeProvider time, AlertingDbContext alerting, DeviceDependencies dependencies,
    ScriptsDbContext scripts, ScriptRuns scriptRuns, PolicyResults policies) : PageModel
{
    static readonly string[] LiveMetrics = ["system.cpu.utilization", "system.memory.utilization"];
    static readonly TimeSpan WatchRenewal = TimeSpan.FromSeconds(20);
    const int WatchSeconds = 45;

    public static IReadOnlyList<(string Name, string Label)> Tabs { get; } =
        [
            ("", "Overview"), ("performance", "Performance"), ("hardware", "Hardware"), ("network", "Network"), ("software", "Software"), ("processes", "Processes"),
            ("services", "Services"), ("updates", "Updates"), ("events", "Events"), ("scripts", "Scripts"), ("commands", "Commands"), ("activity", "Activity"),
        ];

    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Tab { get; set; }

    public Device Device { get; private set; } = null!;

    public string Name => Device.DisplayName ?? Device.Hostname;

    public string Organization { get; private set; } = "";

    public string Site { get; private set; } = "";

    public DeviceHardware? Hardware { get; private set; }

    public LatestReading? Latest { get; private set; }

    public IReadOnlyList<DevicePlugin> Plugins { get; private set; } = [];

    /// <summary>What policies say of it.</summary>
    public IReadOnlyList<DevicePolicy> Policies { get; private set; } = [];

    public InventoryView? Inventory { get; private set; }

    public DateTimeOffset? InventoryAt { get; private set; }

    public TimeRange Range { get; private set; } = null!;

    public IReadOnlyList<CommandView> Commands { get; private set; } = [];

    public string? NextCommands { get; private set; }

    public CommandView? Command { get; private set; }

    public IReadOnlyList<string> Runtimes { get; private set; } = [];

    public ScriptForm Script { get; private set; } = new();

    public bool CanManage => scope.Can(Permissions.DevicesManage);

    public bool CanConnect => scope.Can(Permissions.RemoteTerminal);

    public bool CanSeeFiles => scope.Can(Permissions.RemoteFiles);

    public bool CanSeeDesktop => scope.Can(Permissions.RemoteView);

    public bool CanRun => scope.Can(Permissions.ScriptsRun);

    public bool CanCommand => scope.Can(Permissions.DevicesCommand) || CanRun;

    public bool IsOnline => Device.Status == DeviceStatus.Online;

    public async Task<IActionResult> OnGetAsync(string? range, string? from, string? to, Guid? command, Guid? script, string? cursor, string? q, CancellationToken cancellationToken)
    {
        // One connection for the page: else each query would say anew whose it is.
        await database.ConnectAsync(cancellationToken);
        if (!await LoadAsync(cancellationToken))
        {
            return NotFound();
        }
        Range = TimeRange.Parse(range, from, to, time.GetUtcNow());
        await LoadWindowsAsync(cancellationToken);
        switch (Tab)
        {
            case null or "":
                Hardware = await database.Hardware.SingleOrDefaultAsync(h => h.DeviceId == Id, cancellationToken);
                Latest = await metrics.LatestAsync(scope, Id, cancellationToken);
                Plugins = await database.DevicePlugins.Where(p => p.DeviceId == Id).OrderBy(p => p.PluginId).ToListAsync(cancellationToken);
                Commands = (await commands.PageAsync(Id, null, 5, cancellationToken)).Commands;
                Policies = scope.Can(Permissions.PoliciesRead) ? await policies.OfDeviceAsync(Id, cancellationToken) : [];
                SignedIn = await inventory.SessionsAsync(Id, cancellationToken);
                await LoadUpstreamsAsync(cancellationToken);
                break;
            case "hardware" or "network":
                var document = await database.Inventory.SingleOrDefaultAsync(i => i.DeviceId == Id && i.Kind == Tab, cancellationToken);
                Inventory = document is null ? null : InventoryView.Read(document.Document, Tab == "network" ? "Network" : "Machine");
                InventoryAt = document?.ReceivedAt;
                break;
            case var name when InventoryTab.Find(name) is { } tab:
                List = (await inventory.ReadAsync(tab, Id, q, cursor, cancellationToken)) with { CanControl = CanControl };
                if (Request.WantsPartial())
                {
                    return Partial(cursor is null ? "_InventoryList" : "_InventoryRows", List);
                }
                break;
            case "scripts":
                Runtimes = await runtimes.OfAsync(Id, cancellationToken);
                Script = await commands.FindAsync(Id, command, cancellationToken) is { Script: { } content } old
                    ? new ScriptForm { Runtime = old.Runtime ?? "bash", Content = content, Timeout = old.Command.TimeoutSeconds } : new ScriptForm();
                await LoadStoredAsync(script, cancellationToken);
                break;
            case "commands":
                (Commands, NextCommands) = await commands.PageAsync(Id, cursor, 50, cancellationToken);
                if (cursor is not null && Request.WantsPartial())
                {
                    return Partial("_CommandRows", this);
                }
                Command = await commands.FindAsync(Id, command, cancellationToken);
                break;
        }
        return Page();
    }

    /// <summary>What the header says of check-in and live channel.</summary>
    public async Task<IActionResult> OnGetStateAsync(CancellationToken cancellationToken) =>
        await LoadAsync(cancellationToken) ? Partial("_State", this) : NotFound();

    /// <summary>The charts of the performance tab.</summary>
    public async Task<IActionResult> OnGetSeriesAsync(string? range, string? from, string? to, string? show, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken))
        {
            return NotFound();
        }
        var span = TimeRange.Parse(range, from, to, time.GetUtcNow());
        return new JsonResult(await charts.ReadAsync(Id, span.From, span.To, DeviceCharts.Shown(show), cancellationToken));
    }

    /// <summary>The minutes before the live charts.</summary>
    public async Task<IActionResult> OnGetRecentAsync(CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken))
        {
            return NotFound();
        }
        var now = time.GetUtcNow();
        return new JsonResult(new { charts = await charts.RecentAsync(Id, LiveMetrics, now.AddMinutes(-6), now, cancellationToken) });
    }

    /// <summary>Live readings and changes of state; the agent is asked to report each second for as long as somebody looks.</summary>
    public async Task<IActionResult> OnGetStreamAsync(bool watch, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken))
        {
            return NotFound();
        }
        await using var stream = await EventStream.OpenAsync(HttpContext);
        var watching = watch ? WatchAsync(stream.Ending) : Task.CompletedTask;
        var live = bus.Subscribe(Topics.DeviceLive(Id));
        var state = bus.Subscribe(Topics.DeviceState(Id));
        try
        {
            await Task.WhenAll(
                stream.RunAsync(live.Reader, message => stream.SendAsync("live", System.Text.Encoding.UTF8.GetString(message))),
                stream.RunAsync(state.Reader, message => stream.SendAsync("state", System.Text.Encoding.UTF8.GetString(message))),
                watching);
        }
        finally
        {
            bus.Unsubscribe(Topics.DeviceLive(Id), live);
            bus.Unsubscribe(Topics.DeviceState(Id), state);
        }
        return new EmptyResult();
    }

    /// <summary>Runs a script on this device now.</summary>
    public async Task<IActionResult> OnPostRunAsync([FromForm] ScriptForm script, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken))
        {
            return NotFound();
        }
        if (!CanRun)
        {
            return Forbid();
        }
        Script = script;
        if (script.Problem is { } problem)
        {
            return Unprocessable(problem);
        }
        var queued = await queue.EnqueueAsync(scope, [Id], script.ToCommand(), cancellationToken);
        if (queued.Count == 0)
        {
            return Unprocessable("This device takes no commands now: its organization is suspended or closed, or the device is gone.");
        }
        Command = await commands.FindAsync(Id, queued[0].Id, cancellationToken);
        return Request.WantsPartial() ? Partial("_Command", this) : Redirect($"/devices/{Id}/commands?command={queued[0].Id}");
    }

    public async Task<IActionResult> OnPostCancelAsync(Guid command, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken))
        {
            return NotFound();
        }
        if (!CanCommand)
        {
            return Forbid();
        }
        var asked = await queue.CancelAsync(scope, Id, command, cancellationToken);
        Response.Toast(asked ? "The command is being cancelled." : "The command has ended already.", asked);
        Command = await commands.FindAsync(Id, command, cancellationToken);
        return Request.WantsPartial() ? Partial("_Command", this) : Redirect($"/devices/{Id}/commands?command={command}");
    }

    /// <summary>A command as it stands: its output, or a pane that waits for it.</summary>
    public async Task<IActionResult> OnGetCommandAsync(Guid command, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken))
        {
            return NotFound();
        }
        Command = await commands.FindAsync(Id, command, cancellationToken);
        return Command is null ? NotFound() : Partial("_Command", this);
    }

    /// <summary>A command's output while it runs.</summary>
    public async Task<IActionResult> OnGetOutputAsync(Guid command, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken))
        {
            return NotFound();
        }
        await using var stream = await EventStream.OpenAsync(HttpContext);
        // Listen first and look then, so that an end between the two is not missed.
        var channel = bus.Subscribe(Topics.Command(command));
        try
        {
            if (await commands.FindAsync(Id, command, stream.Ending) is not { IsFinal: false } found)
            {
                await stream.SendAsync("end", "");
                return new EmptyResult();
            }
            await stream.SendAsync("status", StatusWords.Of(found.Command.Status).Word);
            // What came before this page listened; the channel may hold some of it again.
            var before = await outputs.ReadAsync(command);
            if (before.Count > 0)
            {
                // The page may be listening again after a break.
                await stream.SendAsync("reset", "");
            }
            foreach (var message in before)
            {
                await CommandOutput.ForwardAsync(stream, message, 0);
            }
            await stream.RunAsync(channel.Reader, message => CommandOutput.ForwardAsync(stream, message, before.Count));
        }
        catch (OperationCanceledException)
        {
            // The page went away.
        }
        finally
        {
            bus.Unsubscribe(Topics.Command(command), channel);
        }
        return new EmptyResult();
    }

    async Task<bool> LoadAsync(CancellationToken cancellationToken)
    {
        var found = await database.Devices.AsNoTracking().Include(d => d.Presence).Where(d => d.Id == Id).Select(d => new
        {
            Device = d,
            Organization = database.Organizations.Where(o => o.Id == d.OrganizationId).Select(o => o.Name).FirstOrDefault(),
            Site = database.Sites.Where(s => s.Id == d.SiteId).Select(s => s.Name).FirstOrDefault(),
        }).SingleOrDefaultAsync(cancellationToken);
        if (found is null)
        {
            return false;
        }
        (Device, Organization, Site) = (found.Device, found.Organization ?? "", found.Site ?? "");
        return true;
    }

    async Task WatchAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                wake.Watch(Id, WatchSeconds, 1);
                await Task.Delay(WatchRenewal, time, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // Nobody looks any more; the agent stops by itself.
        }
    }

    PartialViewResult Unprocessable(string problem)
    {
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Partial("_Refusal", problem);
    }
}
