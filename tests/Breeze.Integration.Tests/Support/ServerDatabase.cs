using System.Globalization;
using Breeze.Testing;
using Npgsql;
using Xunit;

namespace Breeze.Integration.Tests.Support;

/// <summary>The embedded database of a server, reached as its owner or as its superuser.</summary>
static class ServerDatabase
{
    public static string ConnectionStringOf(ServerProcess server, bool superuser = false) => ConnectionStringOf(server.DataDirectory, superuser);

    public static string ConnectionStringOf(string dataDirectory, bool superuser = false)
    {
        var directory = Path.Combine(dataDirectory, "postgres");
        return new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = int.Parse(File.ReadLines(Path.Combine(directory, "data", "postmaster.pid")).ElementAt(3), CultureInfo.InvariantCulture),
            Username = superuser ? "postgres" : "breeze_owner",
            Password = File.ReadAllText(Path.Combine(directory, superuser ? "superuser.secret" : "owner.secret")).Trim(),
            Database = "breeze",
            SslMode = SslMode.Disable,
            GssEncryptionMode = GssEncryptionMode.Disable,
            MaxPoolSize = 5,
        }.ConnectionString;
    }

    /// <summary>One value, past row-level security.</summary>
    public static async Task<T> ReadAsync<T>(ServerProcess server, string sql, params object[] arguments)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(ConnectionStringOf(server, superuser: true)) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var argument in arguments)
        {
            command.Parameters.Add(new() { Value = argument });
        }
        return (T)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }
}
