using System.Globalization;

namespace Breeze.Remote.Consent.X11;

/// <summary>What people are called, from passwd(5).</summary>
static class People
{
    /// <summary>The full name, else the name they sign in with; empty when there is none in the file.</summary>
    public static string NameOf(int user, string file = "/etc/passwd")
    {
        try
        {
            foreach (var line in File.ReadLines(file))
            {
                if (line.Split(':') is [var login, _, var id, _, var about, ..] && id == user.ToString(CultureInfo.InvariantCulture))
                    return PromptText.Name(about.Split(',')[0] is { Length: > 0 } name ? name : login);
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Then nobody is named.
        }
        return "";
    }
}
