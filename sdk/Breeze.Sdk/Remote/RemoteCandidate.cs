namespace Breeze.Sdk;

/// <summary>A candidate of ICE.</summary>
/// <param name="Candidate">As in SDP, <c>candidate:…</c>; <see langword="null"/> when there are no more.</param>
/// <param name="Mid">The section of the description that it belongs to.</param>
public sealed record RemoteCandidate(string? Candidate, string? Mid);
