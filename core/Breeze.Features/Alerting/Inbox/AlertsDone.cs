namespace Breeze.Features.Alerting.Inbox;

/// <param name="Changed">To how many of the alerts it was done.</param>
public sealed record AlertsDone(int Changed);
