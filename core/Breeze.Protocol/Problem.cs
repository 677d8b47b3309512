namespace Breeze.Protocol;

/// <summary>RFC 9457 problem details with our stable <c>code</c>.</summary>
public sealed record Problem(string? Type, string? Title, int? Status, string? Detail, string? Code);
