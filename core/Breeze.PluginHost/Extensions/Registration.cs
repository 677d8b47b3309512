namespace Breeze.PluginHost;

/// <summary>One thing that a plugin registered.</summary>
/// <param name="Contract">The SDK type under which it is acquired.</param>
/// <param name="Kind">As in the catalog: <c>collector</c>, <c>endpoint</c>.</param>
/// <param name="Name">As the plugin names it.</param>
/// <param name="Key">Unique among the active extensions of the contract.</param>
/// <param name="Instance">The plugin's object.</param>
sealed record Registration(Type Contract, string Kind, string Name, string Key, object Instance)
{
    public string Provides => $"{Kind}:{Name}";
}
