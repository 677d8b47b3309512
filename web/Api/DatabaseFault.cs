using System.Net.Sockets;
using System.Text;
using Npgsql;

namespace Breeze.Web.Api;

/// <summary>Tells apart what a failed query means for whoever sent the request.</summary>
static class DatabaseFault
{
    /// <summary>The server is away, starting, stopping or full of connections: the same request may work soon.</summary>
    public static bool IsAbsence(Exception exception) => Chain(exception).Any(e => e switch
    {
        // Classes 08, 53 and 57P: connection, resources, and the operator's stop.
        PostgresException postgres => postgres.SqlState.StartsWith("08", StringComparison.Ordinal) || postgres.SqlState.StartsWith("53", StringComparison.Ordinal)
            || postgres.SqlState.StartsWith("57P", StringComparison.Ordinal),
        NpgsqlException npgsql => npgsql.IsTransient || npgsql.InnerException is IOException or SocketException or TimeoutException or null,
        _ => false,
    });

    /// <summary>The request held a NUL character or what is no text at all.</summary>
    public static bool IsUnstorableText(Exception exception) =>
        Chain(exception).Any(e => e is PostgresException { SqlState: "22021" or "22P05" } or EncoderFallbackException);

    static IEnumerable<Exception> Chain(Exception exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            yield return e;
        }
    }
}
