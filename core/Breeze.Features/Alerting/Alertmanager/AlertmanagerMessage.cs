namespace Breeze.Features.Alerting.Alertmanager;

/// <summary>What a Prometheus Alertmanager posts to a webhook receiver, version 4 of its payload, as far as Breeze reads it.</summary>
public sealed record AlertmanagerMessage(string? Version, AlertmanagerAlert?[]? Alerts);
