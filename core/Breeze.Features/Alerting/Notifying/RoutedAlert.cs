namespace Breeze.Features.Alerting.Notifying;

/// <summary>An event of an alert that somebody may have to be told of, with what there is to say.</summary>
sealed record RoutedAlert
{
    public required Guid EventId { get; init; }
    public required string Kind { get; init; }
    public required Guid AlertId { get; init; }
    public required Guid PartnerId { get; init; }
    public Guid? OrganizationId { get; init; }
    public Guid? DeviceId { get; init; }
    public required string Source { get; init; }
    public string? Fingerprint { get; init; }

    /// <summary>Nobody is told: the device is in maintenance, or the alert is snoozed or suppressed.</summary>
    public required bool IsSilent { get; init; }
    public required NotificationBody Body { get; init; }

    /// <summary>The channel that the alert says fails; null when it says something else.</summary>
    public Guid? FailingChannel =>
        Source == "breeze" && Fingerprint is { } f && f.StartsWith(ChannelHealth.Fingerprint, StringComparison.Ordinal) && Guid.TryParse(f.AsSpan(ChannelHealth.Fingerprint.Length), out var id) ? id : null;
}
