using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Breeze.WebRtc.Ice;

namespace Breeze.WebRtc.Sdp;

using Section = List<(char Type, string Value)>;

/// <summary>Reads what a peer sent. Every size is bounded, and what is wrong is said in words.</summary>
static class SdpParser
{
    const int MaxCandidates = 64;
    const int MaxFingerprints = 8;
    const int MaxMid = 64;

    public static bool TryParse(string sdp, [NotNullWhen(true)] out SdpDescription? description, [NotNullWhen(false)] out string? error)
    {
        description = null;
        (var sections, error) = SdpLines.Split(sdp);
        if (sections is null)
        {
            error ??= "";
            return false;
        }
        List<SdpSection> media = [];
        foreach (var section in sections.Skip(1))
        {
            if (ReadSection(sections[0], section, out error) is not { } read)
            {
                return false;
            }
            media.Add(read);
        }
        var (id, version) = ReadOrigin(sections[0]);
        description = new(id, version, media);
        error = "";
        return true;
    }

    static (ulong Id, ulong Version) ReadOrigin(Section session)
    {
        var parts = session.Find(l => l.Type == 'o').Value?.Split(' ') ?? [];
        return parts.Length == 6
            && ulong.TryParse(parts[1], CultureInfo.InvariantCulture, out var id) && ulong.TryParse(parts[2], CultureInfo.InvariantCulture, out var version)
            ? (id, version) : (0, 0);
    }

    static SdpSection? ReadSection(Section session, Section section, out string error)
    {
        error = "";
        var parts = section[0].Value.Split(' ', 4, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length < 4)
        {
            error = "A media line must read 'm=media port protocol format'.";
            return null;
        }
        var mid = Find(section, "mid") ?? "";
        if (mid.Length > MaxMid || !mid.All(c => c is > ' ' and <= '~'))
        {
            error = $"A mid must be up to {MaxMid} visible characters.";
            return null;
        }
        // Port zero refuses the section, unless it hangs on another's transport.
        var isData = parts[0] == "application" && parts[2] is "UDP/DTLS/SCTP" or "TCP/DTLS/SCTP" or "DTLS/SCTP"
            && (parts[1] != "0" || section.Contains(('a', "bundle-only")));
        if (!isData)
        {
            return new(parts[0], parts[2], parts[3], mid, null);
        }
        var data = ReadData(session, section, out error);
        return data is null ? null : new(parts[0], parts[2], parts[3], mid, data);
    }

    static SdpDataSection? ReadData(Section session, Section section, out string error)
    {
        string? At(string name) => Find(section, name) ?? Find(session, name);
        error = "";
        if (At("ice-ufrag") is not { } fragment || !IceCredentials.IsProper(fragment, IceCredentials.MinFragment)
            || At("ice-pwd") is not { } password || !IceCredentials.IsProper(password, IceCredentials.MinPassword))
        {
            error = "The data section needs 'ice-ufrag' of 4 to 256 and 'ice-pwd' of 22 to 256 letters, digits, '+' or '/'.";
            return null;
        }
        List<SdpFingerprint> fingerprints = [];
        foreach (var text in All(section, "fingerprint").Concat(All(session, "fingerprint")).Take(MaxFingerprints))
        {
            if (!SdpFingerprint.TryParse(text, out var fingerprint))
            {
                error = "A fingerprint must read 'hash AB:CD:…'.";
                return null;
            }
            fingerprints.Add(fingerprint);
        }
        if (!fingerprints.Exists(f => f.IsUsable))
        {
            error = "The description needs a fingerprint by sha-256, sha-384 or sha-512 of the peer's certificate.";
            return null;
        }
        if (ReadSetup(At("setup")) is not { } setup)
        {
            error = "'setup' must be actpass, active or passive.";
            return null;
        }
        if (!TryNumber(Find(section, "sctp-port"), SdpDataSection.DefaultPort, 65535, out var port) || port == 0
            || !TryNumber(Find(section, "max-message-size"), -1, long.MaxValue, out var size))
        {
            error = "'sctp-port' or 'max-message-size' is not a number in its range.";
            return null;
        }
        var candidates = ReadCandidates(section, out var read);
        if (candidates is not null)
        {
            error = candidates;
            return null;
        }
        return new()
        {
            Ice = new(fragment, password),
            Fingerprints = fingerprints,
            Setup = setup,
            SctpPort = (int)port,
            MaxMessageSize = size < 0 ? null : size,
            Candidates = [.. read.Select(c => c.ToIce()).OfType<IceCandidate>()],
            NamedCandidates = [.. read.Where(c => c.IsLocalName)],
            EndOfCandidates = section.Contains(('a', "end-of-candidates")),
            Trickle = (At("ice-options") ?? "").Split(' ').Contains("trickle"),
        };
    }

    /// <summary>What is wrong with them, if anything is.</summary>
    static string? ReadCandidates(Section section, out List<SdpCandidate> candidates)
    {
        candidates = [];
        foreach (var line in All(section, "candidate"))
        {
            if (candidates.Count == MaxCandidates)
            {
                return $"The description has more than {MaxCandidates} candidates.";
            }
            if (!SdpCandidate.TryParse(line, out var candidate, out var error))
            {
                return error;
            }
            candidates.Add(candidate);
        }
        return null;
    }

    static SdpSetup? ReadSetup(string? text) => text switch
    {
        "actpass" => SdpSetup.ActPass,
        "active" => SdpSetup.Active,
        "passive" => SdpSetup.Passive,
        _ => null,
    };

    static bool TryNumber(string? text, long otherwise, long max, out long number)
    {
        number = otherwise;
        return text is null || (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= max);
    }

    static string? Find(Section section, string name) => All(section, name).FirstOrDefault();

    static IEnumerable<string> All(Section section, string name) =>
        section.Where(l => l.Type == 'a' && l.Value.Length > name.Length && l.Value[name.Length] == ':' && l.Value.StartsWith(name, StringComparison.Ordinal))
            .Select(l => l.Value[(name.Length + 1)..].Trim());
}
