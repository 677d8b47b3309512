using System.Text.Json;

namespace Breeze.Sdk;

/// <summary>A way to deliver notifications: mail, chat, pager.</summary>
public interface IAlertChannel
{
    /// <summary>The channel type, unique on the server: <c>email</c>, <c>slack</c>.</summary>
    string Type { get; }

    /// <summary>What people call it: <c>E-mail</c>, <c>Slack</c>.</summary>
    string DisplayName { get; }

    /// <summary>
    /// The JSON Schema (an object) of one channel's settings, in UTF-8; the host renders the form from it and validates. Properties with
    /// <c>"writeOnly": true</c> are secrets: stored encrypted and never shown again. Give
    /// what says where to connect the format <c>uri</c> or <c>hostname</c>, or call it so (<c>host</c>, <c>server_url</c>): when it changes, the host asks for
    /// the secrets anew.
    /// </summary>
    ReadOnlyMemory<byte> SettingsSchema { get; }

    /// <summary>
    /// Whether the other side keeps something open for each <see cref="AlertNotification.AlertId"/> until it is told that this very alert is over, as pagers do. The host then
    /// tells each alert by itself: what waits is told one by one rather than as one, and no digest is made.
    /// </summary>
    bool KeepsAlertsOpen => false;

    /// <summary>Delivers one notification, once. The host retries, by the answer's <see cref="DeliveryResult.Retryable"/>. Called concurrently.</summary>
    /// <param name="notification">What to say.</param>
    /// <param name="settings">The channel's settings with secrets filled in. Never log them.</param>
    /// <param name="cancellationToken">Cancelled after 30 s.</param>
    ValueTask<DeliveryResult> NotifyAsync(AlertNotification notification, JsonElement settings, CancellationToken cancellationToken);
}
