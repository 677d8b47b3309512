namespace Breeze.Features.Alerting.OnCall;

/// <summary>A layer as it is written and kept.</summary>
/// <param name="Start">The day of the first hand-over: <c>2026-03-02</c>.</param>
/// <param name="HandOver">The wall time at which the next one comes on: <c>09:00</c>.</param>
/// <param name="EveryDays">1 hands over daily, 7 weekly.</param>
/// <param name="Users">In their order; one may come twice.</param>
/// <param name="Hours">The hours of the week that it covers; none is all.</param>
public sealed record OnCallLayerDraft(string? Name, string? Start, string? HandOver, int? EveryDays, Guid[]? Users, OnCallHoursDraft[]? Hours);

/// <summary>Hours of the week in the schedule's zone.</summary>
/// <param name="Days">From 1, Monday, to 7, Sunday; none is every day.</param>
/// <param name="From">Such as <c>18:00</c>; from a later hour to an earlier one goes over midnight.</param>
public sealed record OnCallHoursDraft(int[]? Days, string? From, string? To);
