using Npgsql;

namespace Breeze.Core.Devices;

/// <summary>From the <c>network</c> document to <c>device_network</c>.</summary>
public sealed class NetworkProjection : IInventoryProjection
{
    public string Kind => "network";

    public Task ApplyAsync(NpgsqlConnection connection, InventoryDocument document, CancellationToken cancellationToken) =>
        NetworkInterfaces.ReplaceAsync(connection, document, "interfaces", cancellationToken);
}
