using System.Globalization;
using Breeze.Core.Identity;
using Breeze.Core.Remote.Recording;
using Breeze.Core.Transport;
using Breeze.Web.Identity;

namespace Breeze.Web.Api;

/// <summary>Recordings of terminals: devices send them part by part, people take them along or remove them.</summary>
static class RecordingEndpoints
{
    public const string ContentType = "application/x-asciicast";

    public static void MapRecordings(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/remote/sessions").WithTags("Remote access").WithMetadata(new RequirePermissionAttribute(Permissions.RemoteRecordings));
        group.MapGet("/{id:guid}/recording", GetAsync).Produces(200, contentType: ContentType);
        group.MapDelete("/{id:guid}/recording", DeleteAsync).Produces(204);
    }

    /// <summary>Called by agents. The last part has <c>?last=true</c>.</summary>
    public static async Task AddPartAsync(HttpContext context, Guid sessionId, string number, AgentAuthentication authentication, RecordingStore recordings)
    {
        if (await authentication.AuthenticateAsync(context) is not { } agent || await AgentBody.ReadAsync(context, RecordingLimits.PartBytes) is not { } pooled)
        {
            return;
        }
        using var body = pooled;
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var place))
        {
            await ApiProblem.WriteAsync(context, 400, "number_invalid", "The number of the part is not valid.", "Count the parts of a session from 0.");
            return;
        }
        if (RecordingPart.Unpack(body.Memory) is not { } content)
        {
            await ApiProblem.WriteAsync(
                context, 400, "part_invalid", "The part is not valid.", $"Send gzip of at most {RecordingLimits.UnpackedPartBytes >> 10} KiB of text.");
            return;
        }
        var isLast = context.Request.Query["last"] == "true";
        if (await recordings.AddAsync(agent.DeviceId, sessionId, place, isLast, body.Memory, content, context.RequestAborted) is { } refusal)
        {
            await refusal.AsProblem().ExecuteAsync(context);
            return;
        }
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>The text of a recording, as it is; no browser is to see anything else in it.</summary>
    public static IResult Content(RemoteRecordings recordings, RemoteRecording recording, bool asFile, CancellationToken cancellationToken) => Results.Stream(
        async body =>
        {
            await foreach (var part in recordings.ReadAsync(recording, cancellationToken))
            {
                await body.WriteAsync(part, cancellationToken);
            }
        },
        ContentType, asFile ? $"terminal-{recording.StartedAt.UtcDateTime:yyyyMMdd-HHmm}-{recording.SessionId.ToString("n")[^8..]}.cast" : null);

    static async Task<IResult> GetAsync(Guid id, RemoteRecordings recordings, CancellationToken cancellationToken)
    {
        if (await recordings.FindAsync(id, cancellationToken) is not { } recording)
        {
            return ApiProblem.NotFound("recording");
        }
        await recordings.NoteDownloadedAsync(recording, cancellationToken);
        return Content(recordings, recording, asFile: true, cancellationToken);
    }

    static async Task<IResult> DeleteAsync(Guid id, RemoteRecordings recordings, CancellationToken cancellationToken) => (await recordings.DeleteAsync(id, cancellationToken)).OrNoContent();
}
