using System.Globalization;
using System.Text;

namespace Breeze.WebRtc.Sdp;

/// <summary>Writes a description as browsers take it.</summary>
static class SdpWriter
{
    public static string Write(SdpDescription description)
    {
        var text = new StringBuilder();
        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append("\r\n");

        Line($"v=0");
        Line($"o=- {description.SessionId} {description.Version} IN IP4 127.0.0.1");
        Line($"s=-");
        Line($"t=0 0");
        if (description.DataSection is { Mid.Length: > 0 } bundled)
        {
            Line($"a=group:BUNDLE {bundled.Mid}");
        }
        foreach (var section in description.Sections)
        {
            Line($"m={section.Media} {(section.Data is null ? 0 : 9)} {section.Protocol} {section.Formats}");
            Line($"c=IN IP4 0.0.0.0");
            if (section.Mid.Length > 0)
            {
                Line($"a=mid:{section.Mid}");
            }
            if (section.Data is not { } data)
            {
                Line($"a=inactive");
                continue;
            }
            foreach (var candidate in data.Candidates)
            {
                Line($"a={SdpCandidate.From(candidate)}");
            }
            if (data.EndOfCandidates)
            {
                Line($"a=end-of-candidates");
            }
            Line($"a=ice-ufrag:{data.Ice.Fragment}");
            Line($"a=ice-pwd:{data.Ice.Password}");
            if (data.Trickle)
            {
                Line($"a=ice-options:trickle");
            }
            foreach (var fingerprint in data.Fingerprints)
            {
                Line($"a=fingerprint:{fingerprint}");
            }
            Line($"a=setup:{data.Setup switch { SdpSetup.ActPass => "actpass", SdpSetup.Active => "active", _ => "passive" }}");
            Line($"a=sctp-port:{data.SctpPort}");
            if (data.MaxMessageSize is { } size)
            {
                Line($"a=max-message-size:{size}");
            }
        }
        return text.ToString();
    }
}
