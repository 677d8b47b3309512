namespace Breeze.Features.Alerting.OnCall;

/// <summary>Somebody who is on call for a while, whatever the layers say. Of several the one that was made last counts.</summary>
public sealed class OnCallOverride
{
    public Guid Id { get; init; }
    public Guid ScheduleId { get; init; }
    public Guid PartnerId { get; init; }
    public Guid UserId { get; init; }
    public DateTimeOffset StartsAt { get; init; }
    public DateTimeOffset EndsAt { get; init; }
    public string Note { get; init; } = "";
    public Guid? CreatedBy { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
}
