using System.Text.Json;

namespace Breeze.Protocol;

/// <summary>One plugin that the agent is to run; fetched from <c>GET /api/v1/agents/{id}/plugins/{hash}</c>, which answers ranges.</summary>
/// <param name="Hash">The content hash of the package: SHA-256 of its manifest, in lower-case hex.</param>
/// <param name="Sha256">SHA-256 of the package file, in lower-case hex.</param>
/// <param name="Size">Bytes of the package file.</param>
/// <param name="Settings">Valid by the package's schema.</param>
public sealed record PluginAssignment(string Id, string Version, string Hash, string Sha256, long Size, JsonElement? Settings);
