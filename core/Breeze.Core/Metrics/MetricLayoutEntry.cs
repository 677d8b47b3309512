using System.Security.Cryptography;
using System.Text;

namespace Breeze.Core.Metrics;

/// <summary>A known shape of readings: the names of the values, in order.</summary>
public sealed class MetricLayoutEntry
{
    internal MetricLayoutEntry(int id, string[] names)
    {
        Id = id;
        Names = names;
        Utf8Names = Array.ConvertAll(names, Encoding.UTF8.GetBytes);
        KeyFigures = KeyFigurePlaces.In(names);
    }

    /// <summary>The row in <c>metric_layouts</c>.</summary>
    public int Id { get; }

    public string[] Names { get; }

    internal byte[][] Utf8Names { get; }

    internal KeyFigurePlaces KeyFigures { get; }

    /// <summary>The layout's identity on the wire and in the database: the first 8 bytes of the SHA-256 of the names joined by line feeds.</summary>
    public static byte[] HashOf(IEnumerable<string> names) => SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', names)))[..8];
}
