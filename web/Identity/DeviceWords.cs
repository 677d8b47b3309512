namespace Breeze.Web.Identity;

/// <summary>A user agent as a person would name it: enough to know a session again.</summary>
static class DeviceWords
{
    static readonly (string Mark, string Name)[] Programs =
    [
        ("Edg/", "Edge"), ("EdgA/", "Edge"), ("OPR/", "Opera"), ("Vivaldi/", "Vivaldi"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"),
        ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Chromium/", "Chromium"), ("Safari/", "Safari"), ("curl/", "curl"), ("PowerShell", "PowerShell"), ("python-requests/", "Python"),
        ("Go-http-client/", "A Go program"), ("PostmanRuntime/", "Postman"), ("Wget/", "wget"),
    ];

    static readonly (string Mark, string Name)[] Systems =
    [
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"), ("Macintosh", "macOS"), ("Mac OS X", "macOS"), ("Linux", "Linux"),
    ];

    public static string Of(string userAgent)
    {
        var program = Find(Programs, userAgent);
        var system = Find(Systems, userAgent);
        return (program, system) switch
        {
            (not null, not null) => $"{program} on {system}",
            (not null, null) => program,
            (null, not null) => $"A program on {system}",
            _ => "An unknown program",
        };
    }

    static string? Find((string Mark, string Name)[] known, string userAgent)
    {
        foreach (var (mark, name) in known)
        {
            if (userAgent.Contains(mark, StringComparison.Ordinal))
            {
                return name;
            }
        }
        return null;
    }
}
