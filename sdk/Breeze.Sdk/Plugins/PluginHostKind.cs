namespace Breeze.Sdk;

/// <summary>Which process hosts a plugin.</summary>
public enum PluginHostKind
{
    /// <summary>The Breeze server.</summary>
    Server,

    /// <summary>The Breeze agent on a managed device.</summary>
    Agent,
}
