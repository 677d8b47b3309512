namespace Breeze.Embedded;

/// <summary>Where an embedded PostgreSQL lives.</summary>
/// <param name="BinariesDirectory">The <c>native</c> folder of the platform's npm package: <c>bin</c>, <c>lib</c>, <c>share</c> and <c>pg-symlinks.json</c>.</param>
/// <param name="DataDirectory">The server's own directory: data, password files and, where they must be copied, the binaries.</param>
public sealed record EmbeddedPostgresOptions(string BinariesDirectory, string DataDirectory)
{
    /// <summary>Settings beside our own, such as <c>fsync=off</c> for tests.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Told, in a line for the person at the console, when the server ended unasked and when it is back.</summary>
    public Action<string> Report { get; init; } = static _ => { };

    /// <summary>The database to make for the application.</summary>
    public string Database { get; init; } = "breeze";
}
