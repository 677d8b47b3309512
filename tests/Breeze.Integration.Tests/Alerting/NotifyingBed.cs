using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Breeze.Core.Events;
using Breeze.Core.Expressions;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Features.Alerting.Notifying;
using Breeze.Integration.Tests.Metrics;
using Breeze.Sdk;
using Breeze.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;

namespace Breeze.Integration.Tests.Alerting;

/// <summary>A database with a partner of two organizations, a router and a dispatcher that a test drives, and channels that remember what they are told.</summary>
sealed class NotifyingBed : IAsyncDisposable, IChannelSender, IChannelTypes, IAlertLinks
{
    /// <summary>The type of channels that end each alert by itself.</summary>
    public const string Pager = "pager";

    static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Events have ids in their order, as they do when time goes by.</summary>
    int _events;

    NotifyingBed(Database database, EventBus bus, FixedTime? time = null)
    {
        Time = time ?? new(new(2026, 3, 4, 10, 0, 0, TimeSpan.Zero));
        (Database, Bus) = (database, bus);
        Secrets = new(new Protection());
        Router = new(database, new ExpressionEngine(database, Time), bus, Time, NullLogger<AlertRouter>.Instance, this);
        Dispatcher = NewNode();
    }

    /// <summary>A Wednesday, at ten.</summary>
    public FixedTime Time { get; }

    public Database Database { get; }

    public EventBus Bus { get; }

    public ChannelSecrets Secrets { get; }

    public AlertRouter Router { get; }

    public NotificationDispatcher Dispatcher { get; }

    public Guid Partner { get; private init; } = Guid.CreateVersion7();

    public Guid Organization { get; } = Guid.CreateVersion7();

    public Guid OtherOrganization { get; } = Guid.CreateVersion7();

    public Guid Device { get; } = Guid.CreateVersion7();

    public Guid OtherDevice { get; } = Guid.CreateVersion7();

    /// <summary>What was told, by the name in the channel's settings.</summary>
    public ConcurrentQueue<(string Channel, AlertNotification Told)> Told { get; } = [];

    /// <summary>What a channel answers.</summary>
    public Func<string, AlertNotification, DeliveryResult> Answer { get; set; } = (_, _) => DeliveryResult.Delivered;

    public static async Task<NotifyingBed> MakeAsync(PostgresFixture postgres)
    {
        var bed = new NotifyingBed(new Database(await postgres.CreateDatabaseAsync()), EventBus.Alone());
        await bed.ExecuteAsync("INSERT INTO partners (id, name, slug) VALUES ($1, 'Partner', 'partner')", bed.Partner);
        foreach (var (organization, device, name) in ((Guid, Guid, string)[])[(bed.Organization, bed.Device, "one"), (bed.OtherOrganization, bed.OtherDevice, "two")])
        {
            await bed.ExecuteAsync("INSERT INTO organizations (id, partner_id, name) VALUES ($1, $2, $3)", organization, bed.Partner, name);
            await bed.ExecuteAsync("INSERT INTO sites (id, partner_id, organization_id, name) VALUES ($1, $2, $1, 'Main')", organization, bed.Partner);
            await bed.ExecuteAsync(
                "INSERT INTO devices (id, partner_id, organization_id, site_id, hostname, machine_id, os_family, tags, status) VALUES ($1, $2, $3, $3, $4, $1::text, 'linux', ARRAY[$4], 'online')",
                device, bed.Partner, organization, name);
        }
        return bed;
    }

    /// <summary>Over a database that another bed made, with its partner and its clock.</summary>
    public static async Task<NotifyingBed> OnAsync(Database database, Guid partner, FixedTime time) =>
        new(new Database(database.ConnectionString), EventBus.Alone(), time) { Partner = partner };

    /// <summary>Another node of the same install.</summary>
    public NotificationDispatcher NewNode() => new(Database, this, this, Secrets, Bus, Time, NullLogger<NotificationDispatcher>.Instance, this);

    public async Task<Guid> AddChannelAsync(string name, Guid? organization = null, int rate = 1000, string secret = "hush-hush", string type = "test")
    {
        var id = Guid.CreateVersion7();
        await ExecuteAsync(
            "INSERT INTO notification_channels (id, partner_id, organization_id, name, type, settings, secrets, rate_per_minute) VALUES ($1, $2, NULLIF($3, gen_random_uuid()), $4, $7, jsonb_build_object('name', $4), $5, $6)"
                .Replace("NULLIF($3, gen_random_uuid())", organization is null ? "NULLIF($3, $3)" : "$3", StringComparison.Ordinal),
            id, Partner, organization ?? Guid.Empty, name, Secrets.Protect(new() { ["token"] = secret })!, rate, type);
        return id;
    }

    public async Task<Guid> AddRouteAsync(
        string name, Guid[] channels, int position = 1, string[]? severities = null, string[]? events = null, string target = "", string hours = "{}", string quiet = "{}", int digest = 0, bool stops = false,
        Guid? organization = null, bool enabled = true)
    {
        var id = Guid.CreateVersion7();
        await ExecuteAsync(
            $"""
            INSERT INTO notification_routes (id, partner_id, organization_id, name, position, severities, events, target, hours, quiet, digest_minutes, stops, channel_ids, enabled)
            VALUES ($1, $2, {(organization is null ? "NULLIF($3, $3)" : "$3")}, $4, $5, $6, $7, $8, $9::jsonb, $10::jsonb, $11, $12, $13, $14)
            """,
            id, Partner, organization ?? Guid.Empty, name, position, severities ?? [], events ?? ["firing", "reopened", "resolved"], target, hours, quiet, digest, stops, channels, enabled);
        return id;
    }

    /// <summary>An alert with the event that it fires.</summary>
    /// <param name="rule">Null for a rule of its own: what one rule says at once is told as one.</param>
    public async Task<Guid> RaiseAsync(string title = "It broke", string severity = "warning", Guid? device = null, bool withEvent = true, Guid? rule = null)
    {
        var id = Guid.CreateVersion7();
        var organization = device == OtherDevice ? OtherOrganization : Organization;
        rule ??= await AddRuleAsync($"Rule {id}");
        await ExecuteAsync(
            """
            INSERT INTO alerts (id, partner_id, organization_id, rule_id, device_id, label, severity, status, title, message, started_at, fired_at)
            VALUES ($1, $2, $3, $8, $4, $1::text, $5, 'firing', $6, 'Message', $7, $7)
            """, id, Partner, organization, device ?? Device, severity, title, Time.Now, rule);
        if (withEvent)
        {
            await AddEventAsync(id, "firing");
        }
        return id;
    }

    public async Task<Guid> AddRuleAsync(string name)
    {
        var id = Guid.CreateVersion7();
        await ExecuteAsync("INSERT INTO alert_rules (id, partner_id, name, severity, condition) VALUES ($1, $2, $3, 'warning', 'true')", id, Partner, name);
        return id;
    }

    public async Task ResolveAsync(Guid alert)
    {
        await ExecuteAsync("UPDATE alerts SET status = 'resolved', resolved_at = $2, resolution = 'recovered' WHERE id = $1", alert, Time.Now);
        await AddEventAsync(alert, "resolved");
    }

    public Task AddEventAsync(Guid alert, string kind) =>
        ExecuteAsync("INSERT INTO alert_events (id, alert_id, partner_id, kind, at) VALUES ($1, $2, $3, $4, $5)", Guid.CreateVersion7(Time.Now.AddMilliseconds(_events++)), alert, Partner, kind, Time.Now);

    /// <summary>Routes and delivers all that is due now; answers the channels that were told, in their order.</summary>
    public async Task<string[]> RunAsync()
    {
        Told.Clear();
        // A delivery may be an event in its turn.
        while (await Router.RouteAsync(Token) + await Dispatcher.RunAsync(Token) > 0)
        {
        }
        return [.. Told.Select(t => t.Channel).Order(StringComparer.Ordinal)];
    }

    public Task<string[]> AfterAsync(TimeSpan time)
    {
        Time.Now += time;
        return RunAsync();
    }

    public async Task ExecuteAsync(string sql, params object[] parameters)
    {
        await using var command = Database.System.CreateCommand(sql);
        command.Parameters.AddRange(parameters.Select(p => new NpgsqlParameter { Value = p }).ToArray());
        await command.ExecuteNonQueryAsync(Token);
    }

    public async Task<T?> ReadAsync<T>(string sql, params object[] parameters)
    {
        await using var command = Database.System.CreateCommand(sql);
        command.Parameters.AddRange(parameters.Select(p => new NpgsqlParameter { Value = p }).ToArray());
        return await command.ExecuteScalarAsync(Token) is T value ? value : default;
    }

    public Task<long> CountAsync(string from, params object[] parameters) => ReadAsync<long>($"SELECT count(*) FROM {from}", parameters)!;

    public Task<DeliveryResult> SendAsync(string type, AlertNotification notification, JsonElement settings, CancellationToken cancellationToken)
    {
        var name = settings.GetProperty("name").GetString()!;
        Told.Enqueue((name, notification));
        return Task.FromResult(Answer(name, notification));
    }

    public IReadOnlyList<ChannelType> List() => [];

    public ChannelType? Find(string type) => new(type, type, JsonElement.Parse("{}"), [], null, KeepsAlertsOpen: type == Pager);

    public Uri Alert(Guid alertId) => new($"https://breeze.example.com/alerts/{alertId}");

    public Uri Acknowledge(string token) => new($"https://breeze.example.com/alerts/ack/{token}");

    public async ValueTask DisposeAsync()
    {
        Dispatcher.Dispose();
        Router.Dispose();
        await Bus.DisposeAsync();
        await Database.DisposeAsync();
    }

    /// <summary>No encryption, but bound to its purpose.</summary>
    sealed class Protection : ISecretProtection
    {
        public byte[] Protect(string purpose, byte[] plain) => [.. Encoding.UTF8.GetBytes(purpose + ":"), .. plain];

        public byte[]? Unprotect(string purpose, byte[] secret) => Encoding.UTF8.GetString(secret).StartsWith(purpose + ":", StringComparison.Ordinal) ? secret[(purpose.Length + 1)..] : null;
    }
}
