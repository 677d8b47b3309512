using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Breeze.Core.Remote;

/// <summary>What lets the person who asked for a session join it: once, within a minute.</summary>
public sealed record RemoteTicket(Guid SessionId, string Ticket, DateTimeOffset ExpiresAt)
{
    /// <summary>Whether the session lives on when its page is closed.</summary>
    public bool Lingers { get; init; }

    /// <summary>Whether something runs in it already, and has shown something.</summary>
    public bool IsReturn { get; init; }

    /// <summary>Whether what the session shows is kept.</summary>
    public bool Recorded { get; init; }

    public static TimeSpan Lifetime { get; } = TimeSpan.FromSeconds(60);

    public static string Create() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static byte[] HashOf(string ticket) => SHA256.HashData(Encoding.UTF8.GetBytes(ticket));
}
