using System.Text.Json;
using System.Text.Json.Nodes;
using Breeze.Core.Identity;
using Breeze.Core.Queue;
using Breeze.Web.Frame;
using Microsoft.AspNetCore.Mvc;

namespace Breeze.Web.Pages.Devices;

/// <summary>What a device is asked while somebody looks: its processes, and to end one or to start and stop services.</summary>
public sealed partial class DeviceModel
{
    const int LiveTimeoutSeconds = 30;
    const int ControlTimeoutSeconds = 120;

    public InventoryList? List { get; private set; }

    public IReadOnlyList<Core.Devices.SessionItem> SignedIn { get; private set; } = [];

    public ProcessTable? Processes { get; private set; }

    /// <summary>Whether processes can be asked for.</summary>
    public bool CanAsk => scope.Can(Permissions.DevicesCommand);

    /// <summary>Whether processes can be ended, and services started and stopped.</summary>
    public bool CanControl => scope.Can(Permissions.DevicesCommand) && scope.Can(Permissions.DevicesPower);

    /// <summary>Asks the device for its processes.</summary>
    public async Task<IActionResult> OnPostProcessesAsync(string? sort, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken))
        {
            return NotFound();
        }
        return !CanAsk ? Forbid() : await QueueAsync("process.list", [], LiveTimeoutSeconds, "_ProcessWait", sort, cancellationToken);
    }

    /// <summary>The processes that a command brought, in the order asked for.</summary>
    public async Task<IActionResult> OnGetProcessListAsync(Guid command, string? sort, string? q, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken))
        {
            return NotFound();
        }
        Command = await commands.FindAsync(Id, command, cancellationToken);
        if (Command is not { Command.Type: "process.list" })
        {
            return NotFound();
        }
        Sort = sort;
        Processes = Command.IsFinal ? ProcessTable.Read(Command.Stdout, sort, q, time.GetUtcNow()) : null;
        return Partial(Command.IsFinal ? "_ProcessTable" : "_ProcessWait", this);
    }

    /// <summary>The order of the processes.</summary>
    public string? Sort { get; private set; }

    public async Task<IActionResult> OnPostKillAsync([FromForm] int pid, [FromForm] string? instance, [FromForm] bool force, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken))
        {
            return NotFound();
        }
        if (!CanControl)
        {
            return Forbid();
        }
        if (pid <= 1 || instance is not { Length: > 0 and <= 64 })
        {
            return Unprocessable("Choose the process from the list again; it may have ended.");
        }
        var payload = new JsonObject { ["pid"] = pid, ["instance"] = instance, ["signal"] = force ? "kill" : "term" };
        return await QueueAsync("process.kill", payload, LiveTimeoutSeconds, "_ActionResult", null, cancellationToken);
    }

    public async Task<IActionResult> OnPostServiceAsync([FromForm] string? service, [FromForm] string? verb, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken))
        {
            return NotFound();
        }
        if (!CanControl)
        {
            return Forbid();
        }
        if (service is not { Length: > 0 and <= 256 } || service.Contains('\0', StringComparison.Ordinal) || verb is not ("start" or "stop" or "restart"))
        {
            return Unprocessable("Choose a service of the list and what to do with it.");
        }
        return await QueueAsync($"service.{verb}", new JsonObject { ["name"] = service }, ControlTimeoutSeconds, "_ActionResult", null, cancellationToken);
    }

    /// <summary>What came of ending a process or of controlling a service.</summary>
    public async Task<IActionResult> OnGetActionAsync(Guid command, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken))
        {
            return NotFound();
        }
        Command = await commands.FindAsync(Id, command, cancellationToken);
        return Command is null ? NotFound() : Partial("_ActionResult", this);
    }

    /// <summary>Queued for a moment only: nobody wants to see in an hour what ran now, or have a service stopped then.</summary>
    async Task<IActionResult> QueueAsync(string type, JsonObject payload, int seconds, string partial, string? sort, CancellationToken cancellationToken)
    {
        var spec = new CommandSpec(type, JsonElement.Parse(payload.ToJsonString()), seconds, time.GetUtcNow().AddSeconds(seconds + 60));
        var queued = await queue.EnqueueAsync(scope, [Id], spec, cancellationToken);
        if (queued.Count == 0)
        {
            return Unprocessable("This device takes no commands now: its organization is suspended or closed, or the device is gone.");
        }
        Sort = sort;
        Command = await commands.FindAsync(Id, queued[0].Id, cancellationToken);
        return Request.WantsPartial() ? Partial(partial, this) : Redirect($"/devices/{Id}/commands?command={queued[0].Id}");
    }
}
