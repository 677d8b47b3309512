namespace Breeze.Features.Alerting.Escalation;

/// <summary>How one person is told: a channel of the partner's, and the address that stands in for the channel's own.</summary>
public sealed class ContactMethod
{
    public Guid Id { get; init; }
    public Guid PartnerId { get; init; }
    public Guid UserId { get; init; }
    public Guid ChannelId { get; init; }
    public string Address { get; init; } = "";

    /// <summary>The settings that stand in for the channel's, as JSON.</summary>
    public string Recipient { get; init; } = "{}";
    public DateTimeOffset CreatedAt { get; init; }
}
