using System.Collections.Concurrent;
using System.Text.Json;
using Breeze.Core.Auditing;
using Breeze.Core.Events;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Core.Transport;
using Breeze.Protocol;
using Npgsql;
using NpgsqlTypes;

namespace Breeze.Core.Remote;

/// <summary>Joins the two sides of sessions: whom it lets in, where their sockets are, and how a session ends. It acts for the server, so it works on any tenant's.</summary>
public sealed class RemoteSwitch(Database database, EventBus bus, IAuditLog audit, TimeProvider time)
{
    const string Columns =
        """
        id, device_id, kind, view_only, technician, options::text, user_id, user_session_id, security_stamp, requested_at, viewer,
        (SELECT name FROM partners p WHERE p.id = remote_sessions.partner_id), (SELECT coalesce(d.display_name, d.hostname) FROM devices d WHERE d.id = remote_sessions.device_id),
        consent_mode, consent_timeout_seconds, consent_on_timeout, consent_when_nobody, recorded
        """;

    const int MaximumAction = 32;
    const int MaximumTarget = 1000;

    readonly ConcurrentDictionary<(Guid, RemoteSide), RemoteLink> _links = new();

    /// <summary>Uses up a ticket; null when it is none, was used, is too old, or its session has ended.</summary>
    public Task<RemoteAdmission?> AdmitBrowserAsync(Guid sessionId, string ticket, CancellationToken cancellationToken) => AdmitBrowserAsync(
        "viewer = viewer + 1, ticket_hash = NULL, ticket_expires_at = NULL, status = CASE WHEN started_at IS NULL THEN 'connecting' ELSE status END,",
        "ticket_hash = $3 AND ticket_expires_at > $2", sessionId, ticket, [], cancellationToken);

    /// <summary>
    /// Lets a browser come back that lost its connection, once: null when this is not what it was given last, when somebody else shows it, when it comes too late, or when the session has
    /// ended. Its rights are the caller's to look at.
    /// </summary>
    public Task<RemoteAdmission?> ReadmitBrowserAsync(Guid sessionId, string resume, Guid userSessionId, CancellationToken cancellationToken) => AdmitBrowserAsync(
        "",
        """
        resume_hash = $3 AND user_session_id = $6
            AND browser_seen_at > $2 - CASE WHEN browser_link IS NULL THEN $7 ELSE $8 END
        """,
        sessionId, resume, [userSessionId, RemoteGrace.Lost, RemoteGrace.Lost + RemoteGrace.Unnoticed], cancellationToken);

    /// <summary>Lets the session's own device join while it is wanted, and come back after a lost connection; null for any other.</summary>
    public async Task<RemoteAdmission?> AdmitAgentAsync(Guid sessionId, Guid deviceId, CancellationToken cancellationToken)
    {
        var link = Guid.NewGuid();
        return await AdmitAsync(
            $"""
            UPDATE remote_sessions SET seen_at = $2, agent_seen_at = $2, agent_link = $4
            WHERE id = $1 AND device_id = $3 AND ended_at IS NULL
                AND (agent_seen_at IS NULL OR agent_seen_at > $2 - CASE WHEN agent_link IS NULL THEN $5 ELSE $6 END)
            RETURNING {Columns}
            """, link, null, [sessionId, time.GetUtcNow(), deviceId, link, RemoteGrace.Lost, RemoteGrace.Lost + RemoteGrace.Unnoticed], cancellationToken);
    }

    /// <summary>The end of one side's socket, which takes the place of another that this side may still have somewhere.</summary>
    public RemoteLink Attach(RemoteAdmission admission, RemoteSide side)
    {
        var link = new RemoteLink(admission.SessionId, side, admission.LinkId, bus, this);
        RemoteLink? before = null;
        _links.AddOrUpdate((admission.SessionId, side), link, (_, other) =>
        {
            before = other;
            return link;
        });
        // Before the new one says a word.
        before?.Silence();
        bus.Publish(RemoteLink.TopicOf(admission.SessionId, side), RemoteLink.Framed(new(RemoteParcelKind.Replaced, admission.LinkId.ToByteArray()), 0));
        return link;
    }

    /// <summary>Says that a socket is lost, and its session waits for the next; false when there is one already, or when the session has ended.</summary>
    public Task<bool> LeftAsync(RemoteAdmission admission, RemoteSide side, CancellationToken cancellationToken) =>
        UpdateAsync($"{Name(side)}_link = NULL, {Name(side)}_seen_at = $2", $"{Name(side)}_link = $3", admission, cancellationToken);

    internal RemoteLink? Find(Guid sessionId, RemoteSide side) => _links.GetValueOrDefault((sessionId, side));

    internal void Detach(RemoteLink link) => _links.TryRemove(new((link.SessionId, link.Side), link));

    /// <summary>Both sides are here.</summary>
    public async Task StartedAsync(Guid sessionId, CancellationToken cancellationToken)
    {
        await using var command = database.System.CreateCommand(
            """
            UPDATE remote_sessions SET status = 'active', started_at = $2 WHERE id = $1 AND started_at IS NULL AND ended_at IS NULL
            RETURNING partner_id, organization_id, device_id, user_id, technician, kind
            """);
        command.Parameters.AddRange(new NpgsqlParameter[] { new() { Value = sessionId }, new() { Value = time.GetUtcNow() } });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (await reader.ReadAsync(cancellationToken))
        {
            var record = Record("remote.session_started", reader, new { session = sessionId, kind = reader.GetString(5) });
            var person = PersonOf(reader);
            await reader.DisposeAsync();
            await audit.WriteAsync(person, record, cancellationToken);
        }
    }

    /// <summary>Notes what the connection goes over.</summary>
    public async Task NoteTransportAsync(Guid sessionId, string transport, CancellationToken cancellationToken)
    {
        await using var command = database.System.CreateCommand("UPDATE remote_sessions SET transport = $2 WHERE id = $1 AND ended_at IS NULL");
        command.Parameters.AddRange(new NpgsqlParameter[] { new() { Value = sessionId }, new() { Value = transport } });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Keeps the answer of the person at the device, by the device's word: the first one. False when there is one already, or the session has ended.</summary>
    public async Task<bool> NoteConsentAsync(Guid sessionId, RemoteConsentWord word, CancellationToken cancellationToken)
    {
        AuditRecord record;
        AccessScope person;
        await using (var command = database.System.CreateCommand(
            """
            UPDATE remote_sessions SET consent = $2 WHERE id = $1 AND consent IS NULL AND ended_at IS NULL
            RETURNING partner_id, organization_id, device_id, user_id, technician, kind, consent_mode
            """))
        {
            command.Parameters.AddRange(new NpgsqlParameter[] { new() { Value = sessionId }, new() { Value = word.Answer } });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            if (!await reader.ReadAsync(cancellationToken))
            {
                return false;
            }
            record = Record("remote.consent_answered", reader, new
            {
                session = sessionId, kind = reader.GetString(5), mode = reader.IsDBNull(6) ? null : reader.GetString(6), word.Answer, word.Person, word.Detail, reported_by = "device",
            });
            person = PersonOf(reader);
        }
        if (word.Answer != RemoteConsentWord.NotAsked)
        {
            await audit.WriteAsync(person, record, cancellationToken);
        }
        return true;
    }

    /// <summary>Keeps what a device says was done in a session. It is the device's word: its texts are cleaned, and the record says so.</summary>
    public async Task NoteActivityAsync(Guid sessionId, RemoteActivityNote note, CancellationToken cancellationToken)
    {
        if (note.Action is not { Length: > 0 and <= MaximumAction } action || !action.All(c => char.IsAsciiLetterLower(c) || c == '_'))
        {
            return;
        }
        await NoteAsync(sessionId, reader => Record($"remote.{reader.GetString(5)}.{action}", reader, new
        {
            session = sessionId, target = Word(note.Target, MaximumTarget), detail = Word(note.Detail, MaximumTarget), outcome = Word(note.Outcome, MaximumAction),
            note.Items, note.Bytes, sha256 = Word(note.Sha256, 64), reported_by = "device",
        }), cancellationToken);
    }

    /// <summary>Notes that a browser has come back to a session.</summary>
    public Task NoteResumedAsync(Guid sessionId, CancellationToken cancellationToken) =>
        NoteAsync(sessionId, reader => Record("remote.session_resumed", reader, new { session = sessionId, kind = reader.GetString(5), after = "lost_connection" }), cancellationToken);

    async Task NoteAsync(Guid sessionId, Func<NpgsqlDataReader, AuditRecord> recordOf, CancellationToken cancellationToken)
    {
        AuditRecord record;
        AccessScope person;
        await using (var command = database.System.CreateCommand(
            "SELECT partner_id, organization_id, device_id, user_id, technician, kind FROM remote_sessions WHERE id = $1 AND ended_at IS NULL"))
        {
            command.Parameters.AddRange(new NpgsqlParameter[] { new() { Value = sessionId } });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            if (!await reader.ReadAsync(cancellationToken))
            {
                return;
            }
            (record, person) = (recordOf(reader), PersonOf(reader));
        }
        await audit.WriteAsync(person, record, cancellationToken);
    }

    static string? Word(string? text, int maximum) => text is null ? null : AgentText.Clean(text, maximum);

    /// <summary>Says that a socket of the session is alive; false when the session has ended, or goes on by another socket.</summary>
    public Task<bool> SeenAsync(RemoteAdmission admission, RemoteSide side, CancellationToken cancellationToken) =>
        UpdateAsync($"seen_at = $2, {Name(side)}_seen_at = $2", $"{Name(side)}_link = $3", admission, cancellationToken);

    /// <summary>Ends a session wherever its sockets are; false when it had ended. The first reason counts.</summary>
    /// <param name="sessionId">Which.</param>
    /// <param name="reason">One of <see cref="RemoteEndings"/>, or a word of the device's plugin.</param>
    /// <param name="message">For the technician; null for the usual words.</param>
    /// <param name="by">The person who ended it, when one did.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task<bool> EndAsync(Guid sessionId, string reason, string? message, Guid? by, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var command = database.System.CreateCommand(
            """
            UPDATE remote_sessions SET ended_at = $2, end_reason = $3, end_message = $4, ended_by = $5, ticket_hash = NULL, ticket_expires_at = NULL, resume_hash = NULL,
                status = CASE WHEN $3 IN ('refused', 'not_allowed') THEN 'refused' WHEN started_at IS NULL THEN 'failed' ELSE 'ended' END
            WHERE id = $1 AND ended_at IS NULL
            RETURNING partner_id, organization_id, device_id, user_id, technician, kind, transport, extract(epoch FROM $2 - started_at)::bigint
            """);
        command.Parameters.AddRange(new NpgsqlParameter[]
        {
            new() { Value = sessionId }, new() { Value = now }, new() { Value = reason }, new() { Value = (object?)message ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
            new() { Value = (object?)by ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid },
        });
        AuditRecord record;
        AccessScope person;
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            if (!await reader.ReadAsync(cancellationToken))
            {
                return false;
            }
            record = Record("remote.session_ended", reader, new
            {
                session = sessionId, kind = reader.GetString(5), transport = reader.IsDBNull(6) ? null : reader.GetString(6), seconds = reader.IsDBNull(7) ? (long?)null : reader.GetInt64(7), reason, ended_by = by,
            });
            person = PersonOf(reader);
        }
        await audit.WriteAsync(person, record, cancellationToken);
        var last = JsonSerializer.SerializeToUtf8Bytes(
            new RemoteFrame(RemoteFrameTypes.End) { Reason = reason, Message = message ?? RemoteEndings.WordsOf(reason) }, ProtocolJson.Default.RemoteFrame);
        Tell(sessionId, RemoteSide.Browser, last);
        Tell(sessionId, RemoteSide.Agent, last);
        return true;
    }

    /// <summary>Ends what nobody has joined in time, and what one side has not come back to.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var old = new List<(Guid Id, bool Started, bool WithoutDevice)>();
        await using (var command = database.System.CreateCommand(
            """
            SELECT id, started_at IS NOT NULL, coalesce(agent_seen_at + CASE WHEN agent_link IS NULL THEN $3 ELSE $4 END < $2, false) FROM remote_sessions
            WHERE ended_at IS NULL AND ((started_at IS NULL AND requested_at < $1)
                OR agent_seen_at + CASE WHEN agent_link IS NULL THEN $3 ELSE $4 END < $2
                OR coalesce(browser_seen_at, requested_at) + make_interval(secs => linger_seconds) + CASE WHEN browser_link IS NULL THEN interval '0' ELSE $5 END < $2)
            LIMIT 500
            """))
        {
            command.Parameters.AddRange(new NpgsqlParameter[]
            {
                new() { Value = now - RemoteSessions.Patience - TimeSpan.FromSeconds(15) }, new() { Value = now }, new() { Value = RemoteGrace.Lost },
                new() { Value = RemoteGrace.Lost + RemoteGrace.Unnoticed }, new() { Value = RemoteGrace.Unnoticed },
            });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                old.Add((reader.GetGuid(0), reader.GetBoolean(1), reader.GetBoolean(2)));
            }
        }
        foreach (var (id, started, withoutDevice) in old)
        {
            await EndAsync(id, started ? RemoteEndings.Lost : RemoteEndings.NoAnswer, started && withoutDevice ? DeviceLost : null, null, cancellationToken);
        }
    }

    const string DeviceLost = "The device's connection was lost and did not come back within a minute, or its agent was restarted. Start a new session when it is online.";

    void Tell(Guid sessionId, RemoteSide side, byte[] last)
    {
        if (Find(sessionId, side) is { } here)
        {
            here.Take(new(RemoteParcelKind.End, last));
            return;
        }
        bus.Publish(RemoteLink.TopicOf(sessionId, side), RemoteLink.Framed(new(RemoteParcelKind.End, last), 0));
    }

    async Task<RemoteAdmission?> AdmitBrowserAsync(string changes, string condition, Guid sessionId, string proof, object[] more, CancellationToken cancellationToken)
    {
        var (link, resume) = (Guid.NewGuid(), RemoteTicket.Create());
        return await AdmitAsync(
            $"""
            UPDATE remote_sessions SET {changes} seen_at = $2, browser_seen_at = $2, browser_link = $4, resume_hash = $5
            WHERE id = $1 AND {condition} AND ended_at IS NULL RETURNING {Columns}
            """, link, resume, [sessionId, time.GetUtcNow(), RemoteTicket.HashOf(proof), link, RemoteTicket.HashOf(resume), .. more], cancellationToken);
    }

    async Task<RemoteAdmission?> AdmitAsync(string sql, Guid link, string? resume, object[] values, CancellationToken cancellationToken)
    {
        await using var command = database.System.CreateCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        string Name(int column) => reader.IsDBNull(column) ? "" : AgentText.Clean(reader.GetString(column), 255);
        Guid? Id(int column) => reader.IsDBNull(column) ? null : reader.GetGuid(column);
        return await reader.ReadAsync(cancellationToken)
            ? new(
                reader.GetGuid(0), reader.GetGuid(1), reader.GetString(2), reader.GetBoolean(3), reader.GetString(4), reader.GetString(5), Id(6), Id(7), Id(8),
                reader.GetFieldValue<DateTimeOffset>(9), link, reader.GetInt32(10))
            {
                Resume = resume, Recorded = reader.GetBoolean(17), Company = Name(11), Device = Name(12), Consent = reader.IsDBNull(13) ? null : new(reader.GetString(13))
                {
                    TimeoutSeconds = reader.GetInt32(14), OnTimeout = reader.GetString(15), WhenNobody = reader.GetString(16),
                },
            }
            : null;
    }

    /// <summary>Only while the socket is its side's.</summary>
    async Task<bool> UpdateAsync(string changes, string condition, RemoteAdmission admission, CancellationToken cancellationToken)
    {
        await using var command = database.System.CreateCommand($"UPDATE remote_sessions SET {changes} WHERE id = $1 AND {condition} AND ended_at IS NULL");
        command.Parameters.AddRange(new NpgsqlParameter[] { new() { Value = admission.SessionId }, new() { Value = time.GetUtcNow() }, new() { Value = admission.LinkId } });
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    static string Name(RemoteSide side) => side == RemoteSide.Browser ? "browser" : "agent";

    static readonly JsonSerializerOptions AuditJson = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    static AuditRecord Record(string action, NpgsqlDataReader reader, object detail) => new(action, "device", reader.GetGuid(2).ToString())
    {
        PartnerId = reader.GetGuid(0), OrganizationId = reader.GetGuid(1), Detail = JsonSerializer.Serialize(detail, AuditJson),
    };

    /// <summary>The record names the person whose session it is, also where the server ends it.</summary>
    static AccessScope PersonOf(NpgsqlDataReader reader) => AccessScope.None with { UserId = reader.IsDBNull(3) ? null : reader.GetGuid(3), ActorName = reader.GetString(4) };
}
