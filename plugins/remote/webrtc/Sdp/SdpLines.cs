namespace Breeze.WebRtc.Sdp;

/// <summary>The lines of a description by section: the first list belongs to the session, each further one to a media section.</summary>
static class SdpLines
{
    const int MaxLength = 64 * 1024;
    const int MaxLines = 2000;
    const int MaxSections = 32;

    /// <summary>The sections, or why there are none.</summary>
    public static (List<List<(char Type, string Value)>>? Sections, string? Error) Split(string sdp)
    {
        if (sdp.Length > MaxLength)
        {
            return (null, $"The description is longer than {MaxLength} characters.");
        }
        List<List<(char, string)>> sections = [[]];
        var count = 0;
        foreach (var range in sdp.AsSpan().Split('\n'))
        {
            var line = sdp.AsSpan()[range].TrimEnd('\r');
            if (line.IsEmpty)
            {
                continue;
            }
            if (++count > MaxLines)
            {
                return (null, $"The description has more than {MaxLines} lines.");
            }
            if (line.Length < 2 || line[1] != '=' || !char.IsAsciiLetterLower(line[0]))
            {
                return (null, $"Line {count} of the description is not of the form 'x=value'.");
            }
            if (count == 1 && line is not "v=0")
            {
                return (null, "A description begins with 'v=0'.");
            }
            if (line[0] == 'm')
            {
                if (sections.Count > MaxSections)
                {
                    return (null, $"The description has more than {MaxSections} media sections.");
                }
                sections.Add([]);
            }
            sections[^1].Add((line[0], line[2..].ToString()));
        }
        return count == 0 ? (null, "The description is empty.") : (sections, null);
    }
}
