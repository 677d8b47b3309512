namespace Breeze.Sdk;

/// <summary>
/// The entry point of a plugin package. The host creates one instance per generation through the public parameterless constructor
/// of the type named by <c>entry</c> in <c>plugin.json</c>, and calls the members in the order
/// <see cref="Register"/>, <see cref="StartAsync"/>, <see cref="StopAsync"/>, <see cref="IAsyncDisposable.DisposeAsync"/>.
/// </summary>
/// <remarks>
/// Calls to one instance never overlap. Two generations of the same plugin can be alive at once while a hot reload drains the old one,
/// so exclusive resources (ports, files) belong in <see cref="StartAsync"/> with a retry, or in the data directory under a name of the
/// generation. A plugin must let go of everything in <see cref="StopAsync"/>: timers, tasks, event handlers, cancellation registrations.
/// What it keeps alive shows as <em>leaked</em> in the host.
/// </remarks>
public interface IBreezePlugin : IAsyncDisposable
{
    /// <summary>Declares what the plugin provides. Pure: no I/O, no threads, no state outside the instance. An exception here fails the load.</summary>
    /// <param name="builder">Collects the registrations; it must not be used after the call returns.</param>
    void Register(IPluginBuilder builder);

    /// <summary>Acquires what the plugin needs to work. Called once, after the settings were validated against <c>config.schema.json</c>.</summary>
    /// <param name="context">What the host offers this generation; valid until <see cref="StopAsync"/> has returned.</param>
    /// <param name="cancellationToken">Cancelled when the start deadline of the host (30 s by default) has passed.</param>
    ValueTask StartAsync(IPluginContext context, CancellationToken cancellationToken);

    /// <summary>Releases everything. Idempotent, and safe when <see cref="StartAsync"/> was never called or failed.</summary>
    /// <param name="reason">Why the generation ends.</param>
    /// <param name="cancellationToken">Cancelled when the stop deadline of the host (10 s by default) has passed.</param>
    ValueTask StopAsync(StopReason reason, CancellationToken cancellationToken);
}
