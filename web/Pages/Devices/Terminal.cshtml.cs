using System.Text.Json;
using Breeze.Core.Identity;
using Breeze.Core.Remote;
using Breeze.Core.Storage;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;

namespace Breeze.Web.Pages.Devices;

/// <summary>Shells on a device, in the browser.</summary>
[RequirePermission(Permissions.RemoteTerminal)]
[RequireStepUp(Handlers = "Open,Return")]
public sealed class TerminalModel(BreezeDbContext database, RemoteSessions sessions) : RemotePageModel(database, sessions, RemoteKinds.Terminal, "_TerminalPane")
{
    /// <summary>One of the device's, which alone knows them; null for its usual one.</summary>
    [BindProperty(Name = "shell")]
    public string? Shell { get; set; }

    protected override JsonElement? Options => string.IsNullOrEmpty(Shell) ? null : JsonSerializer.SerializeToElement(new { shell = Shell });
}
