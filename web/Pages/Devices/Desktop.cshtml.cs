using Breeze.Core.Identity;
using Breeze.Core.Remote;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;

namespace Breeze.Web.Pages.Devices;

/// <summary>A device's screen, in the browser. Looking takes the page's permission, and more than that another one.</summary>
[RequirePermission(Permissions.RemoteView)]
[RequireStepUp(Handlers = "Open")]
public sealed class DesktopModel(BreezeDbContext database, RemoteSessions sessions, AccessScope scope)
    : RemotePageModel(database, sessions, RemoteKinds.Desktop, "_DesktopPane")
{
    /// <summary>Whether the session to open may only look.</summary>
    [BindProperty(Name = "look")]
    public bool Look { get; set; }

    public bool CanControl => scope.Can(Permissions.RemoteControl);

    protected override bool ViewOnly => Look;
}
