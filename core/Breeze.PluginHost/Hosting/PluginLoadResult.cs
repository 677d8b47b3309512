using System.Diagnostics.CodeAnalysis;

namespace Breeze.PluginHost;

/// <summary>What became of a load, a reload or an unload.</summary>
/// <param name="Status">The plugin's status afterwards; missing when the package could not even be identified.</param>
/// <param name="Error">Why it did not succeed; the generation that served before serves on.</param>
public sealed record PluginLoadResult(PluginStatus? Status, PluginError? Error)
{
    [MemberNotNullWhen(false, nameof(Error))]
    [MemberNotNullWhen(true, nameof(Status))]
    public bool IsSuccess => Error is null;
}
