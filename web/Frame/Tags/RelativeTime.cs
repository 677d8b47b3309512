namespace Breeze.Web.Frame;

/// <summary>Times as people say them. The front end counts on from here with the same words.</summary>
public static class RelativeTime
{
    public static string Text(TimeSpan ago)
    {
        var seconds = Math.Abs(ago.TotalSeconds);
        if (seconds < 10)
        {
            return "just now";
        }
        var text = seconds switch
        {
            < 60 => $"{(int)seconds} s",
            < 3600 => $"{(int)(seconds / 60)} min",
            < 86400 => $"{(int)(seconds / 3600)} h",
            < 86400 * 60 => $"{(int)(seconds / 86400)} d",
            _ => $"{(int)(seconds / 86400 / 30)} mo",
        };
        return ago < TimeSpan.Zero ? $"in {text}" : $"{text} ago";
    }

    /// <summary>How long something took.</summary>
    public static string Duration(TimeSpan span) => span.TotalSeconds switch
    {
        < 1 => $"{span.TotalMilliseconds:0} ms",
        < 60 => $"{span.TotalSeconds:0.0} s",
        < 3600 => $"{(int)span.TotalMinutes} min {span.Seconds} s",
        < 86400 => $"{(int)span.TotalHours} h {span.Minutes} min",
        _ => $"{(int)span.TotalDays} d {span.Hours} h",
    };
}
