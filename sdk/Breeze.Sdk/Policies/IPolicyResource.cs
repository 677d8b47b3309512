using System.Text.Json;

namespace Breeze.Sdk;

/// <summary>Something on a device whose desired state a policy describes, such as a service that must run.</summary>
public interface IPolicyResource
{
    /// <summary>The resource type, unique on a host: <c>service</c>, <c>file</c>, <c>package</c>.</summary>
    string Type { get; }

    /// <summary>Compares the device with the desired state. Changes nothing.</summary>
    ValueTask<PolicyState> TestAsync(JsonElement desired, CancellationToken cancellationToken);

    /// <summary>Brings the device to the desired state. Idempotent.</summary>
    ValueTask<PolicyState> ApplyAsync(JsonElement desired, ICommandOutput output, CancellationToken cancellationToken);
}
