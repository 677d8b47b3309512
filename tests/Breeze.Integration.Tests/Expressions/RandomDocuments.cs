using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Breeze.Integration.Tests.Expressions;

/// <summary>Inventory documents as a plugin declares them and as agents send them: what was said, and everything else.</summary>
static class RandomDocuments
{
    /// <summary>Members with what they hold and whether they are lists.</summary>
    public static readonly IReadOnlyList<(string Name, string Value, bool IsList)> Fields =
    [
        ("label", "text", false), ("labels", "text", true), ("count", "number", false), ("counts", "number", true), ("size", "size", false), ("sizes", "size", true), ("firmware", "version", false),
        ("firmwares", "version", true), ("sold_at", "time", false), ("seen_at", "time", true), ("on", "flag", false), ("part.name", "text", false), ("part.made.at", "time", false), ("part.numbers", "number", true),
    ];

    static readonly string[] Oddities =
    [
        "null", "{}", "[]", "true", "false", "\"\"", "\"true\"", "1", "-1", "1e400", "1e-400", "1e2", "123456789012345", "1234567890123456", "0.1234567890123456", "-0", "-0.0", "1.50", "[[1]]", "[null]",
        "{\"name\": \"web-01\"}", "\"2026-02-30\"", "\"0000-01-01\"", "\"2026-01-31T24:00:00Z\"", "\"now\"", "\"infinity\"", "\"2026-01-31T12:00:00\"", "\"2026-01-31T12:00:00Z\\n\"", "\"12\"",
    ];

    static readonly string[] Moments =
    [
        "2026-01-31", "2026-01-31T12:00:00Z", "2026-01-31T12:00:00.123456+02:00", "1999-12-31T23:59:59-13:59", "2020-01-31T00:00:00Z", "2024-02-29", "2023-02-29", "2100-02-28", "2199-12-31T23:59:59.9+13:00",
    ];

    public static string Document(Random random) =>
        $"{{{string.Join(", ", Fields.Where(f => !f.Name.Contains('.', StringComparison.Ordinal) && random.Next(5) > 0).Select(f => $"\"{f.Name}\": {Member(random, f.Value, f.IsList)}"))}{(random.Next(4) == 0 ? "" : ", \"part\": " + Part(random))}}}"
            .Replace("{, ", "{", StringComparison.Ordinal);

    public static async Task DeclareAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var catalog = JsonSerializer.Serialize(new
        {
            inventory = new[] { new { kind = "test-box", description = "A box.", fields = Fields.Select(f => new { name = f.Name, value = f.Value, description = $"Its {f.Name}.", is_list = f.IsList }) } },
        });
        await using var command = new NpgsqlCommand(
            """
            WITH signer AS (INSERT INTO trusted_publishers (key_id, name, public_key, source) VALUES ('0123456789abcdef', 'Test', 'x', 'bundled')),
            package AS (INSERT INTO plugin_packages (hash, plugin_id, name, version, signer, manifest, catalog, file_sha256, size, content, source)
                VALUES (repeat('0', 64), 'test.box', 'Boxes', '1.0.0', '0123456789abcdef', '{}', $1, repeat('0', 64), 1, 'x', 'uploaded'))
            INSERT INTO plugins (id, active_hash) VALUES ('test.box', repeat('0', 64))
            """, connection) { Parameters = { new() { Value = catalog, NpgsqlDbType = NpgsqlDbType.Jsonb } } };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    static string Part(Random random) => random.Next(6) == 0 ? Oddity(random)
        : $"{{\"name\": {Member(random, "text", false)}, \"numbers\": {Member(random, "number", true)}, \"made\": {(random.Next(5) == 0 ? Oddity(random) : $"{{\"at\": {Member(random, "time", false)}}}")}}}";

    static string Member(Random random, string value, bool isList) => random.Next(6) == 0 ? Oddity(random)
        : isList ? $"[{string.Join(", ", Enumerable.Range(0, random.Next(4)).Select(_ => Value(random, value)))}]" : Value(random, value);

    static string Value(Random random, string value) => random.Next(8) == 0 ? Oddity(random) : value switch
    {
        "number" => new[] { "0", "1", "2", "8", "64", "0.5", "-3.5" }[random.Next(7)],
        "size" => new[] { "4294967296", "17179869184", "500000000", "0.1", "1" }[random.Next(5)],
        "version" => JsonSerializer.Serialize(RandomDevices.Versions[random.Next(RandomDevices.Versions.Length)]),
        "time" => random.Next(2) == 0 ? JsonSerializer.Serialize(DateTimeOffset.UtcNow.AddHours(-random.Next(24 * 40)).ToString("yyyy-MM-ddTHH:mm:ssZ", null)) : JsonSerializer.Serialize(Moments[random.Next(Moments.Length)]),
        "flag" => random.Next(2) == 0 ? "true" : "false",
        _ => random.Next(20) == 0 ? JsonSerializer.Serialize(string.Concat(Enumerable.Repeat("a😀", 700)) + "Acme") : JsonSerializer.Serialize(RandomDevices.Words[random.Next(RandomDevices.Words.Length)]),
    };

    static string Oddity(Random random) => Oddities[random.Next(Oddities.Length)];
}
