using Breeze.Core.Identity;
using Breeze.Core.Remote;
using Breeze.Core.Storage;
using Breeze.Web.Identity;

namespace Breeze.Web.Pages.Devices;

/// <summary>Shells on a device, in the browser.</summary>
[RequirePermission(Permissions.RemoteTerminal)]
[RequireStepUp(Handlers = "Open,Return")]
public sealed class TerminalModel(BreezeDbContext database, RemoteSessions sessions) : RemotePageModel(database, sessions, RemoteKinds.Terminal, "_TerminalPane");
