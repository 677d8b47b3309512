namespace Breeze.Features.Alerting.Notifying;

/// <summary>A way to tell somebody: an address of a channel type. Its secrets are not among what is read here.</summary>
public sealed class NotificationChannel
{
    public Guid Id { get; init; }
    public Guid PartnerId { get; init; }
    public Guid? OrganizationId { get; init; }
    public string Name { get; set; } = "";

    /// <summary>The <see cref="Sdk.IAlertChannel.Type"/> that delivers.</summary>
    public string Type { get; init; } = "";
    public bool Enabled { get; set; } = true;

    /// <summary>JSON by the type's schema, without what is write-only.</summary>
    public string Settings { get; set; } = "{}";

    /// <summary>The names of the secrets that are there.</summary>
    public string[] SecretsSet { get; set; } = [];

    /// <summary>More than this many a minute wait and are told together.</summary>
    public int RatePerMinute { get; set; } = 30;
    public DateTimeOffset? FailingSince { get; set; }
    public string? LastError { get; set; }
    public DateTimeOffset? LastDeliveredAt { get; init; }
    public Guid? CreatedBy { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
}
