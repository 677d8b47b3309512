namespace Breeze.Web.Hosting;

/// <summary>Addresses of this install that leave it.</summary>
public sealed class PublicLinks(ServerSettings settings, ServerAddress address)
{
    /// <summary>For a mail: never from the request, whose Host header anybody can write.</summary>
    public string ForMail(string path) => (settings.PublicUrl ?? address.Public) + path;

    /// <summary>To show to the very person whose browser asked; it knows what it reached.</summary>
    public string ForDisplay(HttpRequest request, string path) => (settings.PublicUrl ?? $"{request.Scheme}://{request.Host}") + path;
}
