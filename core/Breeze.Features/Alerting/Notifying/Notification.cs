namespace Breeze.Features.Alerting.Notifying;

/// <summary>One telling of one channel: to be delivered while it is queued, a line of the delivery log afterwards.</summary>
public sealed class Notification
{
    public Guid Id { get; init; }
    public Guid PartnerId { get; init; }
    public Guid? OrganizationId { get; init; }
    public Guid? ChannelId { get; init; }
    public Guid? AlertId { get; init; }

    /// <summary><c>firing</c>, <c>reopened</c>, <c>acknowledged</c>, <c>resolved</c>, <c>test</c> or <c>digest</c>.</summary>
    public string Event { get; init; } = "";

    /// <summary>What is told, as JSON.</summary>
    public string Body { get; init; } = "{}";

    /// <summary><c>queued</c>, <c>delivered</c>, <c>failed</c>, <c>merged</c> or <c>dropped</c>.</summary>
    public string Status { get; set; } = "queued";
    public int Attempts { get; set; }
    public DateTimeOffset DueAt { get; set; }
    public DateTimeOffset? LeasedUntil { get; set; }
    public string? Error { get; set; }
    public Guid? MergedInto { get; set; }
    public Guid? RouteId { get; init; }

    /// <summary>Why it is told together with others: <c>rate</c> or <c>digest</c>; null when it is not.</summary>
    public string? Gather { get; set; }
    public DateTimeOffset? TriedSince { get; set; }
    public DateTimeOffset? AttemptedAt { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; set; }
}
