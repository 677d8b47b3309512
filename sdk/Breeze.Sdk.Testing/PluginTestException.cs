namespace Breeze.Sdk.Testing;

/// <summary>Says what a plugin does wrong. Any test framework reports it as a failure.</summary>
/// <param name="message">One sentence for the plugin's author.</param>
public sealed class PluginTestException(string message) : Exception(message);
