using System.Net;

namespace Breeze.Core.Outgoing;

/// <summary>
/// Follows redirects, five at most: never from https to http, and a request with a body only on the same host and by 307 or 308, which keep it.
/// What is not followed is handed back. On another host nothing goes along that could be a secret.
/// </summary>
public sealed class RedirectHandler : DelegatingHandler
{
    const int Most = 5;
    static readonly string[] Harmless = ["Accept", "Accept-Language", "User-Agent"];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is { } content)
        {
            await content.LoadIntoBufferAsync(cancellationToken);
        }
        var response = await base.SendAsync(request, cancellationToken);
        for (var hop = 0; hop < Most && Next(request, response) is { } next; hop++)
        {
            response.Dispose();
            request = next;
            response = await base.SendAsync(request, cancellationToken);
        }
        return response;
    }

    static HttpRequestMessage? Next(HttpRequestMessage request, HttpResponseMessage response)
    {
        var from = request.RequestUri!;
        if (response.Headers.Location is not { } location)
        {
            return null;
        }
        var to = new Uri(from, location);
        var isSameHost = string.Equals(from.IdnHost, to.IdnHost, StringComparison.OrdinalIgnoreCase) && (from.Port == to.Port || (from.IsDefaultPort && to.IsDefaultPort));
        var isRead = request.Method == HttpMethod.Get || request.Method == HttpMethod.Head;
        var keeps = response.StatusCode is HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;
        var mayFollow = isRead
            ? keeps || response.StatusCode is HttpStatusCode.Moved or HttpStatusCode.Found or HttpStatusCode.SeeOther
            : keeps && isSameHost;
        if (!mayFollow || to.UserInfo.Length > 0 || !(to.Scheme == Uri.UriSchemeHttps || (to.Scheme == Uri.UriSchemeHttp && from.Scheme == Uri.UriSchemeHttp)))
        {
            return null;
        }
        var next = new HttpRequestMessage(request.Method, to) { Version = request.Version, VersionPolicy = request.VersionPolicy, Content = isSameHost ? request.Content : null };
        foreach (var (name, values) in request.Headers.NonValidated)
        {
            if ((isSameHost || Harmless.Contains(name, StringComparer.OrdinalIgnoreCase)) && !name.Equals("Host", StringComparison.OrdinalIgnoreCase))
            {
                next.Headers.TryAddWithoutValidation(name, values);
            }
        }
        return next;
    }
}
