using System.Text.Json;
using Breeze.Sdk;

namespace Breeze.Fixture;

sealed class FixtureChannel : IAlertChannel
{
    public string Type => "fixture";

    public string DisplayName => "Fixture";

    public ReadOnlyMemory<byte> SettingsSchema => "{}"u8.ToArray();

    public ValueTask<DeliveryResult> NotifyAsync(AlertNotification notification, JsonElement settings, CancellationToken cancellationToken) =>
        ValueTask.FromResult(DeliveryResult.Delivered);
}
