using Breeze.Core.Identity;
using Breeze.Core.Remote;
using Breeze.Core.Storage;
using Breeze.Web.Identity;

namespace Breeze.Web.Pages.Devices;

/// <summary>A device's files, in the browser.</summary>
[RequirePermission(Permissions.RemoteFiles)]
[RequireStepUp(Handlers = "Open,Return")]
public sealed class FilesModel(BreezeDbContext database, RemoteSessions sessions) : RemotePageModel(database, sessions, RemoteKinds.Files, "_FilesTicket");
