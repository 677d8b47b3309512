using System.Globalization;
using System.Net;
using System.Text;
using Breeze.Sdk;

namespace Breeze.Channels;

/// <summary>Sends one request and says what became of it.</summary>
/// <param name="Name">What the other side is called.</param>
/// <param name="Credential">What to check when it does not let us in or does not know us.</param>
sealed record HttpDelivery(string Name, string Credential)
{
    const int LongestReason = 2000;

    /// <summary>Finds in the answer to a refused message why; what it gives is shown to people, so it must know the answer's form.</summary>
    public Func<string, string?>? Reason { get; init; }

    /// <summary>Secrets that an answer could repeat.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    public async ValueTask<DeliveryResult> SendAsync(HttpRequestMessage request, IPluginContext host, CancellationToken cancellationToken)
    {
        try
        {
            request.Headers.TryAddWithoutValidation("User-Agent", "Breeze");
            using var http = host.CreateHttpClient();
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            return response.IsSuccessStatusCode ? DeliveryResult.Delivered : await JudgeAsync(response, host.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return DeliveryResult.Retry($"{Name} did not answer in time.");
        }
        catch (HttpRequestException e) when (e.InnerException is ForbiddenAddressException forbidden)
        {
            return DeliveryResult.Reject(forbidden.Message);
        }
        catch (HttpRequestException e)
        {
            return DeliveryResult.Retry(e.HttpRequestError switch
            {
                HttpRequestError.NameResolutionError => $"{Name} was not found: check the address in the channel's settings.",
                HttpRequestError.SecureConnectionError => $"{Name} has no certificate that this server trusts.",
                HttpRequestError.ResponseEnded => $"{Name} closed the connection before it answered.",
                _ => $"{Name} cannot be reached.",
            });
        }
        catch (IOException)
        {
            return DeliveryResult.Retry($"{Name} closed the connection before it answered.");
        }
    }

    async ValueTask<DeliveryResult> JudgeAsync(HttpResponseMessage response, TimeProvider time, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        var code = status.ToString(CultureInfo.InvariantCulture);
        if (status >= 500 || response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout || status == 425)
        {
            var error = response.StatusCode == HttpStatusCode.TooManyRequests ? $"{Name} wants fewer messages ({code})." : $"{Name} has trouble of its own ({code}).";
            return DeliveryResult.Retry(error, RetryAfter(response, time));
        }
        if (status < 400)
            return DeliveryResult.Reject($"{Name} sends us elsewhere ({code}): enter the address that it leads to.");
        var reason = Reason is null ? null : Explain(await ReadAsync(response, cancellationToken).ConfigureAwait(false));
        return DeliveryResult.Reject(response.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => $"{Name} does not let us in ({code}{reason}): check {Credential} in the channel's settings.",
            HttpStatusCode.NotFound or HttpStatusCode.Gone => $"{Name} does not know this address ({code}{reason}): check {Credential} in the channel's settings.",
            HttpStatusCode.RequestEntityTooLarge => $"{Name} finds the message too large ({code}).",
            _ => $"{Name} refuses the message ({code}{reason}): check the channel's settings.",
        });
    }

    string? Explain(string answer)
    {
        if (Reason!(answer) is not { Length: > 0 } reason)
            return null;
        foreach (var secret in Secrets.Where(s => s.Length > 0))
            reason = reason.Replace(secret, PlainText.Ellipsis, StringComparison.OrdinalIgnoreCase);
        return ", " + PlainText.Clean(reason, 150, oneLine: true);
    }

    static async ValueTask<string> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var buffer = new byte[LongestReason];
        return Encoding.UTF8.GetString(buffer, 0, await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Seconds, which some services give with a fraction, or a date.</summary>
    static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider time)
    {
        if (!response.Headers.NonValidated.TryGetValues("Retry-After", out var values) || values.FirstOrDefault() is not { } text)
            return null;
        var wait = double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(Math.Min(seconds, 86_400))
            : DateTimeOffset.TryParseExact(text, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date - time.GetUtcNow()
            : (TimeSpan?)null;
        return wait is not { } given ? null : given < TimeSpan.Zero ? TimeSpan.Zero : given > TimeSpan.FromDays(1) ? TimeSpan.FromDays(1) : given;
    }
}
