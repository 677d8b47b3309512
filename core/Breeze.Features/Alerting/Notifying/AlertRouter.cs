using Breeze.Core.Distribution;
using Breeze.Core.Events;
using Breeze.Core.Expressions;
using Breeze.Core.Storage;
using Breeze.Features.Alerting.Escalation;
using Breeze.Features.Alerting.Healing;
using Breeze.Features.Alerting.Suppression;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Breeze.Features.Alerting.Notifying;

/// <summary>
/// Decides whom to tell of what happened to alerts. On every node: each takes events that no other holds, and what it decides is written with the mark
/// that it was decided, in one transaction.
/// </summary>
public sealed partial class AlertRouter(
    Database database, ExpressionEngine expressions, EventBus bus, TimeProvider time, ILogger<AlertRouter> logger, IChannelTypes? types = null, AgentConfigurations? configurations = null) : BackgroundService
{
    const int BatchSize = 500;
    const int TargetSeconds = 5;
    const int UsualInterval = 60;
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => HintedLoop.RunAsync(
        bus, AlertTopics.Events, async token =>
        {
            while (await RouteAsync(token) == BatchSize)
            {
            }
            return Pause;
        }, e =>
        {
            if (e is PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected })
            {
                // Somebody wrote the same alerts in another order, and is through by now.
                return TimeSpan.Zero;
            }
            LogFailed(logger, e.Message);
            return Pause;
        }, stoppingToken);

    /// <summary>Routes a batch of what nobody has looked at; answers how many events that were.</summary>
    public async Task<int> RouteAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var connection = await database.System.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var (events, alerts) = await RouterQueries.ClaimAsync(connection, now, BatchSize, cancellationToken);
        if (events.Count == 0)
        {
            return 0;
        }
        var decision = await new AlertSuppression(connection, now, configurations?.DefaultIntervalSeconds ?? UsualInterval).DecideAsync(alerts, cancellationToken);
        var scripts = await HealingStarts.WriteAsync(connection, decision.Alerts, now, cancellationToken);
        List<RoutedNotification> tellings = [];
        foreach (var partner in scripts.Told.GroupBy(a => a.PartnerId))
        {
            var plan = await PlanAsync(partner.Key, [.. partner], cancellationToken);
            var incidents = new HashSet<(Guid?, string, Guid)>();
            foreach (var alert in partner)
            {
                // Of an incident each channel hears once, whatever leads to it; a moment later, so that it hears how many it is.
                tellings.AddRange(plan.Of(alert, now).Where(t => alert.Body.Incident is null || incidents.Add((alert.Body.Incident, alert.Kind, t.ChannelId)))
                    .Select(t => new RoutedNotification(IdAt(now, PlaceOf(events, alert)), alert, alert.Body.Incident is null ? t : t with { DueAt = t.DueAt + SuppressionLimits.Counting })));
            }
            await EscalationStarts.WriteAsync(connection, plan, [.. partner], now, cancellationToken);
        }
        tellings = RoutedNotification.Group(tellings);
        if (tellings.Count > 0)
        {
            await RouterQueries.InsertAsync(connection, tellings, now, cancellationToken);
        }
        await RouterQueries.MarkAsync(connection, [.. events.Where(e => !decision.Held.ContainsKey(e) && !scripts.Held.Contains(e))], now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        // Also for what policies began or ended.
        if (alerts.Count > 0)
        {
            bus.Publish(AlertTopics.Notifications, []);
            bus.Publish(AlertTopics.Escalations, []);
        }
        if (scripts.HasStarted)
        {
            bus.Publish(AlertTopics.Scripts, []);
        }
        foreach (var partner in decision.Partners)
        {
            bus.Publish(AlertTopics.Partner(partner), "{\"type\":\"alerts\"}"u8);
        }
        return events.Count;
    }

    /// <summary>What an incident says comes behind all that happened.</summary>
    static int PlaceOf(List<Guid> events, RoutedAlert alert) => events.IndexOf(alert.EventId) is >= 0 and var place ? place : events.Count;

    /// <summary>Ids in the order of the events within a batch, so that nobody hears of an end before the beginning.</summary>
    static Guid IdAt(DateTimeOffset now, int place)
    {
        var bytes = Guid.CreateVersion7(now).ToByteArray(bigEndian: true);
        bytes[6] = (byte)(0x70 | (place >> 8));
        bytes[7] = (byte)place;
        return new(bytes, bigEndian: true);
    }

    async Task<RoutingPlan> PlanAsync(Guid partnerId, IReadOnlyList<RoutedAlert> alerts, CancellationToken cancellationToken)
    {
        await using var context = AlertingDbContext.Create(database, Core.Tenancy.AccessScope.System);
        // The partner's before the organizations' own.
        var routes = await context.Routes.AsNoTracking().Where(r => r.PartnerId == partnerId && r.Enabled)
            .OrderBy(r => r.OrganizationId != null).ThenBy(r => r.Position).ThenBy(r => r.Id).ToListAsync(cancellationToken);
        var channels = await context.Channels.Where(c => c.PartnerId == partnerId && c.Enabled).Select(c => new { c.Id, c.OrganizationId, c.Type }).ToListAsync(cancellationToken);
        var apart = channels.Select(c => c.Type).Distinct().Where(t => types?.IsToldApart(t) ?? false).ToHashSet();
        var targets = new Dictionary<string, HashSet<Guid>>();
        var devices = alerts.Where(a => !a.IsSilent).SelectMany(a => a.Devices).Distinct().ToArray();
        foreach (var target in routes.Select(r => r.Target).Where(t => t.Length > 0 && devices.Length > 0).Distinct())
        {
            targets[target] = await FindAsync(partnerId, target, devices, cancellationToken);
        }
        return new(routes, channels.ToDictionary(c => c.Id, c => c.OrganizationId), targets, channels.Where(c => apart.Contains(c.Type)).Select(c => c.Id).ToHashSet());
    }

    /// <summary>Those of the devices that a target finds. One that cannot be answered finds them all: rather told too much than not at all.</summary>
    async Task<HashSet<Guid>> FindAsync(Guid partnerId, string target, Guid[] devices, CancellationToken cancellationToken)
    {
        var result = await expressions.ParseAsync(target, cancellationToken);
        if (!result.IsValid)
        {
            LogTarget(logger, partnerId, result.Error.Message);
            return [.. devices];
        }
        var parameters = expressions.Parameters();
        var (partner, ids) = (parameters.Add(partnerId), parameters.Add(devices));
        try
        {
            await using var connection = await database.System.OpenConnectionAsync(cancellationToken);
            await using var command = new NpgsqlCommand(
                $"SELECT d.id FROM devices d WHERE d.partner_id = {partner} AND d.id = ANY ({ids}) AND ({result.Expression.ToSql(parameters, SqlReach.Each)})", connection) { CommandTimeout = TargetSeconds };
            parameters.AddTo(command);
            HashSet<Guid> found = [];
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                found.Add(reader.GetGuid(0));
            }
            return found;
        }
        catch (NpgsqlException e) when (e.InnerException is TimeoutException || e is PostgresException { SqlState: PostgresErrorCodes.QueryCanceled })
        {
            LogTarget(logger, partnerId, "finding the devices takes too long");
            return [.. devices];
        }
    }

    [LoggerMessage(LogLevel.Warning, "Events of alerts could not be routed and will be in 5 s: {Error}")]
    static partial void LogFailed(ILogger logger, string error);

    [LoggerMessage(LogLevel.Warning, "A route of the partner {Partner} has a target that cannot be answered, and so takes every device: {Error}")]
    static partial void LogTarget(ILogger logger, Guid partner, string error);
}
