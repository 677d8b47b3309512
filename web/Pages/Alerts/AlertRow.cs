namespace Breeze.Web.Pages.Alerts;

/// <summary>An alert as lists show it.</summary>
public sealed record AlertRow(
    Guid Id, string Title, string Severity, string Status, Guid? DeviceId, string? Device, string? Organization, string? Assignee, DateTimeOffset ShownAt, DateTimeOffset? ResolvedAt,
    DateTimeOffset? SnoozedUntil, string? SuppressedBy, int Reopened);
