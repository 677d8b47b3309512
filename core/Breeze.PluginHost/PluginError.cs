namespace Breeze.PluginHost;

/// <summary>Why a package was not accepted or a plugin does not run.</summary>
/// <param name="Code">Stable, for machines; one of <see cref="PluginErrorCodes"/>.</param>
/// <param name="Message">What is wrong and what the person can do; holds no secret.</param>
public sealed record PluginError(string Code, string Message);
