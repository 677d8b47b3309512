namespace Breeze.Agent.Server;

/// <summary>The address of a server as a person typed it.</summary>
static class ServerUrl
{
    public static Uri? Parse(string text, bool insecureHttp, out string? error)
    {
        error = null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri)
            || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0
            || uri.UserInfo.Length > 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0)
        {
            error = $"'{text}' is not a server address; give one like https://breeze.example.com.";
            return null;
        }

        if (uri.Scheme == "http" && !uri.IsLoopback && !insecureHttp)
        {
            error = $"'{text}' would send this agent's token unencrypted; use https://, or --insecure-http if the network is trusted.";
            return null;
        }

        return uri.AbsolutePath.EndsWith('/') ? uri : new UriBuilder(uri) { Path = uri.AbsolutePath + "/" }.Uri;
    }

    public static Uri WebSocket(Uri server, string path) =>
        new UriBuilder(new Uri(server, path)) { Scheme = server.Scheme == "https" ? "wss" : "ws" }.Uri;
}
