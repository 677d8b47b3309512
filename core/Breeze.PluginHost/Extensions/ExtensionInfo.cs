using Breeze.Sdk;

namespace Breeze.PluginHost;

/// <summary>Names an extension that can be acquired now.</summary>
/// <param name="Name">The name under which <see cref="IExtensionRegistry.Acquire{T}"/> finds it.</param>
/// <param name="Plugin">Who provides it.</param>
public sealed record ExtensionInfo(string Name, PluginIdentity Plugin);
