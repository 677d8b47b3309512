namespace Breeze.PluginHost;

/// <summary>A registration of a generation that serves.</summary>
sealed record ExtensionEntry(Registration Registration, Generation Generation);
