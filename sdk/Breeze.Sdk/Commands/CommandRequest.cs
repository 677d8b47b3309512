using System.Text.Json;

namespace Breeze.Sdk;

/// <summary>A command as the server queued it.</summary>
/// <param name="Id">Unique; the same id never runs twice on a device.</param>
/// <param name="Type">The type that selected the handler.</param>
/// <param name="Payload">What the sender gave. Validate it: it is input, not configuration.</param>
/// <param name="Timeout">After which the host cancels the command.</param>
public sealed record CommandRequest(Guid Id, string Type, JsonElement Payload, TimeSpan Timeout);
