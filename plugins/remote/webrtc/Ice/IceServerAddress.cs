using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Breeze.WebRtc.Ice;

/// <summary>How a server is spoken to.</summary>
enum IceServerKind { Stun, TurnUdp, TurnTcp, TurnTls }

/// <summary>The URL of a STUN or TURN server (RFC 7064, 7065), taken apart.</summary>
sealed record IceServerAddress(IceServerKind Kind, string Host, int Port, string Username = "", string Credential = "")
{
    public bool IsTurn => Kind != IceServerKind.Stun;

    public static bool TryParse(
        string url, string username, string credential, [NotNullWhen(true)] out IceServerAddress? address, [NotNullWhen(false)] out string? error)
    {
        address = null;
        var colon = url.IndexOf(':', StringComparison.Ordinal);
        var scheme = colon < 0 ? "" : url[..colon].ToLowerInvariant();
        var rest = url[(colon + 1)..];
        var question = rest.IndexOf('?', StringComparison.Ordinal);
        var query = question < 0 ? "" : rest[(question + 1)..];
        rest = question < 0 ? rest : rest[..question];
        error = $"'{url}' is not the URL of an ICE server; write it like 'stun:host:3478', 'turn:host:3478?transport=tcp' or 'turns:host'.";
        IceServerKind? kind = (scheme, query) switch
        {
            ("stun", "") => IceServerKind.Stun,
            ("turn", "" or "transport=udp") => IceServerKind.TurnUdp,
            ("turn", "transport=tcp") => IceServerKind.TurnTcp,
            ("turns", "" or "transport=tcp") => IceServerKind.TurnTls,
            _ => null,
        };
        if (kind is null || !TrySplit(rest, out var host, out var port))
        {
            return false;
        }
        port ??= kind == IceServerKind.TurnTls ? 5349 : 3478;
        address = new(kind.Value, host, port.Value, username, credential);
        if (address.IsTurn && (username.Length is 0 or > 512 || credential.Length == 0))
        {
            address = null;
            error = $"The TURN server '{url}' needs a username of up to 512 characters and a credential.";
            return false;
        }
        error = null;
        return true;
    }

    /// <summary>A host with an optional port; an IPv6 address stands in brackets.</summary>
    static bool TrySplit(string text, out string host, out int? port)
    {
        port = null;
        var end = text.StartsWith('[') ? text.IndexOf(']', StringComparison.Ordinal) + 1 : text.IndexOf(':', StringComparison.Ordinal);
        end = end < 0 ? text.Length : end;
        host = text[..end].Trim('[', ']');
        var behind = text[end..];
        if (host.Length is 0 or > 253 || Uri.CheckHostName(host) is UriHostNameType.Unknown or UriHostNameType.Basic)
        {
            return false;
        }
        if (behind.Length == 0)
        {
            return true;
        }
        if (behind[0] != ':' || !int.TryParse(behind.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > 65535)
        {
            return false;
        }
        port = number;
        return true;
    }
}
