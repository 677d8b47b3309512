namespace Breeze.Core.Queue;

/// <summary>Of a command that runs a stored script: which one, as it is now.</summary>
/// <param name="Sha256">Of the text that runs.</param>
public sealed record ScriptOrigin(Guid ScriptId, int Version, string Runtime, byte[] Sha256);
