using System.Text.Json;
using Breeze.Core.Auditing;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Breeze.Core.Remote.Recording;

/// <summary>Recordings for people: what is in their reach, and nothing else. Whoever looks, takes along or removes is in the audit log.</summary>
public sealed class RemoteRecordings(Database database, BreezeDbContext context, AccessScope scope, IAuditLog audit)
{
    /// <summary>Null when there is none within reach.</summary>
    public Task<RemoteRecording?> FindAsync(Guid sessionId, CancellationToken cancellationToken) =>
        context.RemoteRecordings.AsNoTracking().SingleOrDefaultAsync(r => r.SessionId == sessionId, cancellationToken);

    /// <summary>Its text, part by part, unpacked. No connection is held while one is sent on.</summary>
    public async IAsyncEnumerable<byte[]> ReadAsync(RemoteRecording recording, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var number = 0; number < recording.Parts; number++)
        {
            if (await PartAsync(recording.SessionId, number, cancellationToken) is not { } packed || RecordingPart.Unpack(packed) is not { } content)
            {
                // Removed meanwhile.
                yield break;
            }
            yield return content;
        }
    }

    public Task NoteWatchedAsync(RemoteRecording recording, CancellationToken cancellationToken) => AuditAsync("remote.recording_watched", recording, cancellationToken);

    public Task NoteDownloadedAsync(RemoteRecording recording, CancellationToken cancellationToken) => AuditAsync("remote.recording_downloaded", recording, cancellationToken);

    public async Task<Refusal?> DeleteAsync(Guid sessionId, CancellationToken cancellationToken)
    {
        if (await FindAsync(sessionId, cancellationToken) is not { } recording)
        {
            return Refusal.NotFound("recording");
        }
        if (await context.RemoteRecordings.Where(r => r.SessionId == sessionId && r.State != RecordingState.Recording).ExecuteDeleteAsync(cancellationToken) == 0)
        {
            return Refusal.Conflict("recording_runs", "It is still being recorded. End the session first; when the device does not send the rest, it ends by itself a quarter of an hour later.");
        }
        await AuditAsync("remote.recording_deleted", recording, cancellationToken);
        return null;
    }

    async Task<byte[]?> PartAsync(Guid sessionId, int number, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(scope, cancellationToken);
        await using var command = new NpgsqlCommand("SELECT content FROM remote_recording_parts WHERE session_id = $1 AND number = $2", connection)
        {
            Parameters = { new() { Value = sessionId }, new() { Value = number } },
        };
        return await command.ExecuteScalarAsync(cancellationToken) as byte[];
    }

    Task AuditAsync(string action, RemoteRecording recording, CancellationToken cancellationToken) => audit.WriteAsync(
        scope, new AuditRecord(action, "device", recording.DeviceId.ToString())
        {
            OrganizationId = recording.OrganizationId, Address = scope.Address, Detail = JsonSerializer.Serialize(new { session = recording.SessionId }),
        }, cancellationToken);
}
