using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Breeze.Sdk;

namespace Breeze.Fixture;

/// <summary>Posts what is told to an address, with a secret in a header.</summary>
sealed class HookChannel(Func<HttpClient> clients) : IAlertChannel
{
    public string Type => "hook";

    public string DisplayName => "Hook";

    public ReadOnlyMemory<byte> SettingsSchema { get; } = """
        {
          "type": "object", "additionalProperties": false, "required": ["url", "token"],
          "properties": {
            "url": { "type": "string", "title": "Address", "minLength": 1, "description": "Where to post to." },
            "token": { "type": "string", "title": "Token", "writeOnly": true, "minLength": 4 },
            "mode": { "type": "string", "title": "Mode", "enum": ["plain", "loud"], "default": "plain" }
          }
        }
        """u8.ToArray();

    public async ValueTask<DeliveryResult> NotifyAsync(AlertNotification notification, JsonElement settings, CancellationToken cancellationToken)
    {
        using var client = clients();
        using var request = new HttpRequestMessage(HttpMethod.Post, settings.GetProperty("url").GetString()) { Content = new ByteArrayContent(Write(notification)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("X-Token", settings.GetProperty("token").GetString());
        try
        {
            using var response = await client.SendAsync(request, cancellationToken);
            return response.StatusCode switch
            {
                < (HttpStatusCode)300 => DeliveryResult.Delivered,
                HttpStatusCode.Gone => DeliveryResult.Reject("The address is gone."),
                var status => DeliveryResult.Retry($"It answered {(int)status} to {settings.GetProperty("token").GetString()}.", response.Headers.RetryAfter?.Delta),
            };
        }
        catch (HttpRequestException e)
        {
            return DeliveryResult.Retry(e.Message);
        }
    }

    static byte[] Write(AlertNotification notification)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("id", notification.NotificationId);
            json.WriteString("alert_id", notification.AlertId);
            json.WriteString("event", notification.Event);
            json.WriteString("title", notification.Title);
            json.WriteString("acknowledge", notification.AcknowledgeLink?.ToString());
            json.WriteNumber("other_count", notification.OtherCount);
            json.WriteEndObject();
        }
        return stream.ToArray();
    }
}
