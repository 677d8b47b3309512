using Npgsql;
using NpgsqlTypes;

namespace Breeze.Integration.Tests.Expressions;

/// <summary>Devices with all that a device can have, or not, and with the oddest texts that it can have. The same seed makes the same.</summary>
sealed class RandomDevices(NpgsqlConnection connection, int seed)
{
    public static readonly string[] Words =
    [
        "web-01", "WEB-01", "Web-1", "db", "DB server", "İstanbul", "istanbul", "ΣΊΣΥΦΟΣ", "σίσυφος", "straße", "STRASSE", "STRAẞE", "😀", "a😀b", "a%b_c\\d", "100%", "_", "\\", "日本語", "Ǆungla", "ıI",
        "Ⅷ", "O'Brien \"x\"", "a", "A", "aaaa", "x\ty", "line\nbreak", "é", "e\u0301", "10.0.0.1", "00:1a:2b:3c:4d:5e", "ﬁ", "K", "𐐀deseret", "]", "[a-z]", "^a$", "nginx", "openssl", "Acme", "Berlin",
    ];

    public static readonly string[] Versions =
    [
        "1.10", "1.9", "1.10.0", "3.0.15", "3.0.15-0ubuntu1", "3.0.2-beta1", "3.0.2", "1:2.0", "2:1.0", "1.1.1w", "1.1.1", "1.0~rc1", "1.0", "1.0-rc.1", "v2.3", "", "unknown", "10.0.19045", "2024.01", "3.12.0a1",
        "日本 4", "007", "1..2", "99999999999999999999.1", "1.0+build5", "1_2", "0", "0.0",
    ];

    public static readonly string[] Metrics =
    [
        "system.cpu.utilization", "system.filesystem.utilization{mountpoint=\"/\"}", "system.filesystem.utilization{mountpoint=\"/home\"}", "system.network.io{interface=\"eth0\",direction=\"receive\"}",
        "system.memory.limit", "system.uptime", "system.filesystem.utilization{mountpoint=\"C:\\\\ \\\"x\\\"\"}",
    ];

    readonly Random _random = new(seed);

    public List<Guid> Ids { get; } = [];

    public Guid PartnerId { get; } = Guid.CreateVersion7();

    public void Add(int count)
    {
        var (organizations, sites) = (new List<Guid>(), new List<Guid>());
        Run("INSERT INTO partners (id, name, slug) VALUES ($1, 'P', 'random')", PartnerId);
        foreach (var name in new[] { "Acme", "straße", "ΣΊΣΥΦΟΣ" })
        {
            organizations.Add(Guid.CreateVersion7());
            sites.Add(Guid.CreateVersion7());
            Run("INSERT INTO organizations (id, partner_id, name) VALUES ($1, $2, $3)", organizations[^1], PartnerId, name);
            Run("INSERT INTO sites (id, partner_id, organization_id, name) VALUES ($1, $2, $3, $4)", sites[^1], PartnerId, organizations[^1], name == "Acme" ? "Berlin" : Word());
        }
        var groups = new[] { "Servers", "SERVERS 2", "日本語" }.Select(name =>
        {
            var id = Guid.CreateVersion7();
            Run("INSERT INTO device_groups (id, partner_id, name, kind) VALUES ($1, $2, $3, 'static')", id, PartnerId, name);
            return id;
        }).ToList();
        var layouts = new[] { Metrics, Metrics[1..4], [.. Metrics.Reverse()] }.Select(names => (int)Run(
            "INSERT INTO metric_layouts (hash, names) VALUES ($1, $2) RETURNING id", _random.Next().ToString("x8", null).Select(c => (byte)c).ToArray(), names)!).ToList();
        Run("SELECT breeze_ensure_metric_partition((current_date + v)::date) FROM generate_series(-1, 1) AS v");
        for (var i = 0; i < count; i++)
        {
            AddOne(_random.Next(3), organizations, sites, groups, layouts);
        }
    }

    void AddOne(int place, List<Guid> organizations, List<Guid> sites, List<Guid> groups, List<int> layouts)
    {
        var id = Guid.CreateVersion7();
        Ids.Add(id);
        Run("""
            INSERT INTO devices (id, partner_id, organization_id, site_id, hostname, display_name, machine_id, os_family, os_name, os_version, arch, agent_version, status, tags, custom_fields, enrolled_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15::jsonb, $16)
            """,
            id, PartnerId, organizations[place], sites[place], Word(), Maybe(Word), id.ToString(), One("linux", "windows", "macos", "other"), One("", "Ubuntu 24.04", Word()), Version(), One("", "x64", "arm64"), Version(),
            One("pending", "online", "offline", "maintenance"), Enumerable.Range(0, _random.Next(4)).Select(_ => One("server", "Server", "", Word())).ToArray(), Custom(), Moment());
        if (Chance())
        {
            Run("INSERT INTO device_presence (device_id, last_seen_at, address, live_since, cpu, memory, disk, booted_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                id, Maybe(Moment), One("", "10.0.0.1", "fe80::1"), Maybe(Moment), Maybe(Share), Maybe(Share), Maybe(Share), Maybe(Moment));
        }
        if (Chance())
        {
            Run("INSERT INTO device_hardware (device_id, manufacturer, model, serial_number, cpu_model, cpu_cores, cpu_threads, memory_bytes, virtualization) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                id, Maybe(Word), Maybe(Word), Maybe(() => One("", Word())), Maybe(Word), Maybe(() => (object)_random.Next(1, 65)), Maybe(() => (object)_random.Next(1, 129)),
                Maybe(() => (object)(_random.Next(1, 64) * 1073741824L)), Maybe(() => One("", "kvm", "hyper-v")));
        }
        Times(() => Run("INSERT INTO device_network (device_id, name, mac, addresses) VALUES ($1, $2, $3, $4)", id, Guid.NewGuid().ToString(), Maybe(() => One("", "00:1A:2B:3C:4D:5E")), new[] { "10.0.0.1", "", "FE80::1" }[.._random.Next(4)]));
        Times(() => Run("INSERT INTO device_sessions (device_id, session, user_name) VALUES ($1, $2, $3)", id, Guid.NewGuid().ToString(), One("grace", "GRACE", Word())));
        Times(() => Run("INSERT INTO device_software (device_id, name, version, source) VALUES ($1, $2, $3, $4)", id, One("openssl", "OpenSSL", Word()), Version(), Guid.NewGuid().ToString()));
        Times(() => Run("INSERT INTO device_services (device_id, name, state) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", id, One("nginx", "NGINX", Word()), One("running", "stopped", "failed")));
        Times(() => Run("INSERT INTO device_updates (device_id, name, is_security, needs_restart) VALUES ($1, $2, $3, $4)", id, Guid.NewGuid().ToString(), Chance(), Chance()));
        Times(() => Run("INSERT INTO device_plugins (device_id, plugin_id, version, hash, generation, state) VALUES ($1, $2, $3, 'h', 1, 'active') ON CONFLICT DO NOTHING", id, One("breeze.system", "a.b"), Version()));
        if (Chance())
        {
            Run("INSERT INTO device_inventory (device_id, kind, document, hash) VALUES ($1, 'test-box', $2::jsonb, sha256('x'))", id, RandomDocuments.Document(_random));
        }
        foreach (var group in groups.Where(_ => _random.Next(3) == 0))
        {
            Run("INSERT INTO device_group_members (group_id, device_id) VALUES ($1, $2)", group, id);
        }
        Times(() =>
        {
            var layout = _random.Next(3);
            Run("INSERT INTO device_metrics (device_id, at, layout_id, metric_values) VALUES ($1, $2, $3, $4)", id, DateTimeOffset.UtcNow.AddSeconds(-_random.Next(1800)), layouts[layout],
                Enumerable.Range(0, layout == 1 ? 3 : Metrics.Length).Select(_ => _random.Next(6) == 0 ? double.NaN : _random.Next(3) == 0 ? _random.Next() : Math.Round(_random.NextDouble(), 1)).ToArray());
        });
    }

    /// <summary>A plugin that declares the documents.</summary>
    public Task DeclareInventoryAsync(CancellationToken cancellationToken) => RandomDocuments.DeclareAsync(connection, cancellationToken);

    string Word() => _random.Next(8) == 0 ? string.Concat(Enumerable.Range(0, 4).Select(_ => char.ConvertFromUtf32(_random.Next(3) == 0 ? _random.Next(0x10000, 0x11000) : _random.Next(0x20, 0x2000)))) : Words[_random.Next(Words.Length)];

    string Version() => Versions[_random.Next(Versions.Length)];

    string Custom() => One("{}", """{"asset_tag": "A-17", "rack": 4, "vip": true}""", """{"asset_tag": "a-17", "rack": "10", "firmware": "2.10.1"}""", """{"asset_tag": null, "rack": [1], "firmware": "2.9", "vip": "TRUE"}""",
        """{"asset_tag": "", "rack": 1e2, "vip": false, "Größe": "XL"}""", """{"rack": -3.50, "firmware": {"x": 1}, "asset_tag": "straße"}""");

    object Moment() => DateTimeOffset.UtcNow.AddHours(-_random.Next(24 * 40));

    object Share() => _random.Next(10) == 0 ? float.NaN : (float)Math.Round(_random.NextDouble(), 2);

    T One<T>(params T[] values) => values[_random.Next(values.Length)];

    bool Chance() => _random.Next(4) > 0;

    object? Maybe(Func<object> value) => Chance() ? value() : null;

    void Times(Action act)
    {
        for (var i = _random.Next(3); i > 0; i--)
        {
            act();
        }
    }

    object? Run(string sql, params object?[] values)
    {
        using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(value is null ? new() { Value = DBNull.Value, NpgsqlDbType = NpgsqlDbType.Unknown } : new() { Value = value });
        }
        return command.ExecuteScalar();
    }
}
