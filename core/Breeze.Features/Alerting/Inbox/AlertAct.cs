namespace Breeze.Features.Alerting.Inbox;

/// <summary>What a person does to alerts.</summary>
/// <param name="Kind">One of <see cref="AlertActs"/>.</param>
/// <param name="Until">For <c>snooze</c>.</param>
/// <param name="UserId">For <c>assign</c>; null takes the alert from whoever has it.</param>
/// <param name="Text">For <c>comment</c>; for the others a comment that goes with it.</param>
public sealed record AlertAct(string Kind, DateTimeOffset? Until = null, Guid? UserId = null, string? Text = null);
