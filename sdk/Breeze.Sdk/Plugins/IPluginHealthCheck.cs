namespace Breeze.Sdk;

/// <summary>
/// Optional on the class that implements <see cref="IBreezePlugin"/>: lets the host ask, after the start and before the swap, whether the
/// generation can do its work. A generation that answers unhealthy never replaces one that works.
/// </summary>
public interface IPluginHealthCheck
{
    /// <summary>Answers within the start deadline. Must not change anything.</summary>
    ValueTask<PluginHealth> CheckHealthAsync(CancellationToken cancellationToken);
}
