namespace Breeze.PluginHost;

/// <summary>Where the plugin's class is.</summary>
/// <param name="Assembly">The file name of the assembly, at the root of the package.</param>
/// <param name="Type">The full name of the class that implements <see cref="Breeze.Sdk.IBreezePlugin"/>.</param>
public sealed record PluginEntry(string Assembly, string Type);
