using Npgsql;

namespace Breeze.Core.Devices;

/// <summary>From the <c>sessions</c> document to <c>device_sessions</c>.</summary>
public sealed class SessionProjection : IInventoryProjection
{
    const int Most = 500;

    const string Sql =
        """
        WITH new AS MATERIALIZED (SELECT * FROM unnest($2, $3, $4, $5, $6, $7) AS n (session, user_name, kind, state, since, remote_address)),
        gone AS (DELETE FROM device_sessions s WHERE s.device_id = $1 AND NOT EXISTS (SELECT 1 FROM new n WHERE n.session = s.session))
        INSERT INTO device_sessions AS s (device_id, session, user_name, kind, state, since, remote_address)
        SELECT $1, session, user_name, kind, state, since, remote_address FROM new
        ON CONFLICT (device_id, session) DO UPDATE
            SET user_name = excluded.user_name, kind = excluded.kind, state = excluded.state, since = excluded.since, remote_address = excluded.remote_address
        """;

    public string Kind => "sessions";

    public async Task ApplyAsync(NpgsqlConnection connection, InventoryDocument document, CancellationToken cancellationToken)
    {
        List<SessionItem> sessions =
        [
            .. document.Root.Items("sessions", Most).Select(item => item.Text("session", 64) is { } session && item.Text("user", 256) is { } user
                    ? new SessionItem(
                        session, user, item.OneOf("kind", "console", "remote", "service") ?? "unknown", item.OneOf("state", "active", "idle", "disconnected") ?? "unknown",
                        item.Time("since", document.ReceivedAt), item.Text("remote_address", 256))
                    : null)
                .OfType<SessionItem>().DistinctBy(item => item.Session),
        ];
        await Arrays.RunAsync(
            connection, Sql, cancellationToken, new() { Value = document.DeviceId }, Arrays.Of(sessions, s => s.Session), Arrays.Of(sessions, s => s.UserName),
            Arrays.Of(sessions, s => s.Kind), Arrays.Of(sessions, s => s.State), Arrays.Of(sessions, s => s.Since), Arrays.Of(sessions, s => s.RemoteAddress));
    }
}
