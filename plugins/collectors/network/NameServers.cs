namespace Breeze.Collectors.Network;

/// <summary>Reads resolv.conf(5), where there is one; Windows tells name servers with each interface.</summary>
static class NameServers
{
    public static (IReadOnlyList<string> Servers, IReadOnlyList<string> Search) Read(string root)
    {
        try
        {
            // The resolver of systemd puts itself into the usual file, and the servers that it asks into this one.
            var real = Path.Combine(root, "run/systemd/resolve/resolv.conf");
            return Parse(File.ReadAllText(File.Exists(real) ? real : Path.Combine(root, "etc/resolv.conf")));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return ([], []);
        }
    }

    public static (IReadOnlyList<string> Servers, IReadOnlyList<string> Search) Parse(string text)
    {
        var servers = new List<string>();
        IReadOnlyList<string> search = [];
        foreach (var line in Lines.Of(text))
        {
            var words = Lines.Words(line, 34);
            switch (words[0])
            {
                case "nameserver" when words.Length > 1 && !servers.Contains(words[1]):
                    servers.Add(words[1]);
                    break;
                case "search" or "domain" when words.Length > 1:
                    search = words[1..];
                    break;
            }
        }
        return (servers, search);
    }
}
