using Breeze.Core.Identity;
using Breeze.Core.Remote;
using Breeze.Core.Remote.Recording;
using Breeze.Core.Storage;
using Breeze.Web.Api;
using Breeze.Web.Frame;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.Remote;

/// <summary>Plays back what a terminal showed.</summary>
[RequirePermission(Permissions.RemoteRecordings)]
public sealed class RecordingModel(BreezeDbContext database, RemoteRecordings recordings) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    public RemoteRecording? Recording { get; private set; }

    public RemoteSession? Session { get; private set; }

    public string Device { get; private set; } = "";

    public string? Error { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => await LoadAsync(cancellationToken) ? Page() : NotFound();

    /// <summary>For the player of this page.</summary>
    public async Task<IActionResult> OnGetCastAsync(CancellationToken cancellationToken) => await ContentAsync(asFile: false, cancellationToken);

    public async Task<IActionResult> OnGetDownloadAsync(CancellationToken cancellationToken) => await ContentAsync(asFile: true, cancellationToken);

    public async Task<IActionResult> OnPostDeleteAsync(CancellationToken cancellationToken)
    {
        if (await recordings.DeleteAsync(Id, cancellationToken) is not { } refusal)
        {
            Response.Toast("The recording is removed.");
            return Redirect("/remote");
        }
        if (!await LoadAsync(cancellationToken))
        {
            return NotFound();
        }
        Error = refusal.Detail;
        return this.Refused(refusal);
    }

    async Task<IActionResult> ContentAsync(bool asFile, CancellationToken cancellationToken)
    {
        if (await recordings.FindAsync(Id, cancellationToken) is not { } recording)
        {
            return NotFound();
        }
        await (asFile ? recordings.NoteDownloadedAsync(recording, cancellationToken) : recordings.NoteWatchedAsync(recording, cancellationToken));
        return new RecordingResult(recordings, recording, asFile);
    }

    async Task<bool> LoadAsync(CancellationToken cancellationToken)
    {
        if (await recordings.FindAsync(Id, cancellationToken) is not { } recording
            || await database.RemoteSessions.AsNoTracking().SingleOrDefaultAsync(s => s.Id == Id, cancellationToken) is not { } session)
        {
            return false;
        }
        (Recording, Session) = (recording, session);
        Device = await database.Devices.Where(d => d.Id == session.DeviceId).Select(d => d.DisplayName ?? d.Hostname).SingleAsync(cancellationToken);
        return true;
    }

    sealed class RecordingResult(RemoteRecordings recordings, RemoteRecording recording, bool asFile) : IActionResult
    {
        public Task ExecuteResultAsync(ActionContext context) =>
            RecordingEndpoints.Content(recordings, recording, asFile, context.HttpContext.RequestAborted).ExecuteAsync(context.HttpContext);
    }
}
