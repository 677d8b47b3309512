using Breeze.Core.Events;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Npgsql;

namespace Breeze.Core.Transport;

/// <summary>
/// The tokens of agents. They are rotated in two phases: the next one is offered with a heartbeat, and when the agent first uses it the one before
/// gets a time to end, so that whichever of the two messages is lost, the agent still has a token that works.
/// </summary>
public sealed class AgentTokens(Database database, AgentDirectory directory, WakeService wake, EventBus bus, TimeProvider time)
{
    /// <summary>How long the token before works after the next one was first used.</summary>
    public static TimeSpan Grace { get; } = TimeSpan.FromHours(1);

    static readonly TimeSpan OfferAgainAfter = TimeSpan.FromMinutes(10);

    /// <summary>Makes an agent's next token; one that was offered before and never used ends.</summary>
    public async Task<string> OfferAsync(AgentEntry agent, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        agent.OfferAgainMs = (now + OfferAgainAfter).ToUnixTimeMilliseconds();
        var token = SecretToken.Create("brz_agent_");
        await using var command = database.System.CreateCommand(
            """
            WITH ended AS (UPDATE agent_tokens SET revoked_at = $4 WHERE device_id = $2 AND confirmed_at IS NULL AND revoked_at IS NULL)
            INSERT INTO agent_tokens (id, device_id, token_hash, created_at) VALUES ($1, $2, $3, $4)
            """);
        command.Parameters.AddRange(new NpgsqlParameter[]
        {
            new() { Value = Guid.CreateVersion7(now) }, new() { Value = agent.DeviceId }, new() { Value = SecretToken.Hash(token) }, new() { Value = now },
        });
        await command.ExecuteNonQueryAsync(cancellationToken);
        await ChangedAsync(agent.DeviceId, cancellationToken);
        return token;
    }

    /// <summary>The agent uses the token that it was offered: the others get their time to end.</summary>
    public async Task ConfirmAsync(AgentEntry agent, TokenHash token, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var command = database.System.CreateCommand(
            """
            WITH confirmed AS (UPDATE agent_tokens SET confirmed_at = $3 WHERE device_id = $1 AND token_hash = $2 AND confirmed_at IS NULL RETURNING id),
            changed AS (UPDATE devices SET updated_at = $3 WHERE id = $1 AND EXISTS (SELECT 1 FROM confirmed))
            UPDATE agent_tokens SET expires_at = $4, rotate = false
            WHERE device_id = $1 AND token_hash <> $2 AND revoked_at IS NULL AND EXISTS (SELECT 1 FROM confirmed)
            """);
        command.Parameters.AddRange(new NpgsqlParameter[]
        {
            new() { Value = agent.DeviceId }, new() { Value = token.ToBytes() }, new() { Value = now }, new() { Value = now + Grace },
        });
        await command.ExecuteNonQueryAsync(cancellationToken);
        agent.PendingToken = null;
        await ChangedAsync(agent.DeviceId, cancellationToken);
    }

    /// <summary>Asks for the next rotation now.</summary>
    public async Task RequestRotationAsync(Guid deviceId, CancellationToken cancellationToken)
    {
        await using var command = database.System.CreateCommand(
            """
            WITH changed AS (UPDATE devices SET updated_at = $2 WHERE id = $1)
            UPDATE agent_tokens SET rotate = true WHERE device_id = $1 AND confirmed_at IS NOT NULL AND revoked_at IS NULL AND expires_at IS NULL
            """);
        command.Parameters.AddRange(new NpgsqlParameter[] { new() { Value = deviceId }, new() { Value = time.GetUtcNow() } });
        await command.ExecuteNonQueryAsync(cancellationToken);
        await ChangedAsync(deviceId, cancellationToken);
        directory.Find(deviceId)?.OfferAgainMs = 0;
        wake.Wake(deviceId);
    }

    /// <summary>Ends all tokens of a device and closes its channel, on every node. It comes back by enrolling again.</summary>
    public async Task RevokeAsync(Guid deviceId, CancellationToken cancellationToken)
    {
        await using var command = database.System.CreateCommand("UPDATE agent_tokens SET revoked_at = $2 WHERE device_id = $1 AND revoked_at IS NULL");
        command.Parameters.AddRange(new NpgsqlParameter[] { new() { Value = deviceId }, new() { Value = time.GetUtcNow() } });
        await command.ExecuteNonQueryAsync(cancellationToken);
        await ChangedAsync(deviceId, cancellationToken);
        wake.Disconnect(deviceId);
    }

    /// <summary>Ends the tokens whose grace is over.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        await using var command = database.System.CreateCommand("UPDATE agent_tokens SET revoked_at = $1 WHERE expires_at <= $1 AND revoked_at IS NULL");
        command.Parameters.Add(new() { Value = time.GetUtcNow() });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    async Task ChangedAsync(Guid deviceId, CancellationToken cancellationToken)
    {
        await directory.RefreshAsync(cancellationToken);
        bus.Publish(Topics.Agents, deviceId.ToByteArray());
    }
}
