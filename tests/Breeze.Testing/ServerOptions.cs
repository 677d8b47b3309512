namespace Breeze.Testing;

/// <summary>How to start a server for a test.</summary>
public sealed record ServerOptions
{
    /// <summary>Null for a new one that goes away with the server.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>An empty data directory, as on a new machine; otherwise one in which a server has been.</summary>
    public bool FirstStart { get; init; }

    /// <summary>Null for a free one.</summary>
    public int? Port { get; init; }

    public bool LocalAgent { get; init; }

    /// <summary>False to get a set-up link instead.</summary>
    public bool CreateAdministrator { get; init; } = true;

    /// <summary>What the server shows itself with over https; null for plain HTTP.</summary>
    public TestCertificate? Certificate { get; init; }

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
}
