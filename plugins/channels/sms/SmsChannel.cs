using System.Net.Http.Headers;
using System.Text;
using Breeze.Sdk;

namespace Breeze.Channels.Sms;

/// <summary>Sends text messages over a provider's HTTP interface, one request for each number.</summary>
sealed class SmsChannel() : Channel("sms", "SMS")
{
    const string UsualBody = """{"to": "{to}", "text": "{text}"}""";

    readonly SentMemory _sent = new();

    public override async ValueTask<DeliveryResult> NotifyAsync(AlertText alert, Settings settings, IPluginContext host, CancellationToken cancellationToken)
    {
        var recipients = settings.Texts("recipients");
        if (recipients.Count == 0)
            throw new SettingException("The setting 'recipients' is empty: enter at least one number.");
        var text = SmsText.Write(alert, settings.Number("length", 160));
        DeliveryResult? failure = null;
        foreach (var recipient in recipients.Distinct(StringComparer.Ordinal))
        {
            // A message that went out does not go out again because another recipient's did not.
            if (_sent.Holds(alert.NotificationId, recipient))
                continue;
            var result = await SendAsync(recipient, text, settings, host, cancellationToken).ConfigureAwait(false);
            if (result.IsDelivered)
                _sent.Add(alert.NotificationId, recipient);
            // What can still go out is tried again; a refusal is told only when that is all there is.
            else if (failure is not { Retryable: true })
                failure = result;
            if (failure is { RetryAfter: not null })
                break;
        }
        return failure ?? DeliveryResult.Delivered;
    }

    static async ValueTask<DeliveryResult> SendAsync(string recipient, string text, Settings settings, IPluginContext host, CancellationToken cancellationToken)
    {
        var secret = settings.Text("secret") ?? "";
        var places = new Places(recipient, text, secret);
        var address = places.Fill(settings.Needed("url"), Places.InAddress);
        if (!Uri.TryCreate(address, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http") || url.UserInfo.Length > 0)
            throw new SettingException("The setting 'url' must be an address that begins with https:// and holds no user name.");
        using var request = new HttpRequestMessage(settings.Text("method") switch { "GET" => HttpMethod.Get, "PUT" => HttpMethod.Put, _ => HttpMethod.Post }, url);
        if (request.Method != HttpMethod.Get)
        {
            var type = settings.Text("content_type") is ("application/x-www-form-urlencoded" or "text/plain") and var chosen ? chosen : "application/json";
            var body = places.Fill(settings.Text("body") ?? UsualBody, type.Contains("json", StringComparison.Ordinal) ? Places.InJson : type.Contains("form", StringComparison.Ordinal) ? Places.InAddress : Places.InText);
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(type) { CharSet = "utf-8" };
        }
        foreach (var (name, value) in settings.Headers("headers"))
        {
            var filled = value.Replace("{secret}", secret, StringComparison.Ordinal);
            if (filled.Any(c => c is < ' ' or > '~'))
                throw new SettingException("The setting 'secret' has characters in it that cannot be sent in a header: enter it anew.");
            request.Headers.TryAddWithoutValidation(name, filled);
        }
        return await new HttpDelivery("The SMS provider", "the address and the secret").SendAsync(request, host, cancellationToken).ConfigureAwait(false);
    }
}
