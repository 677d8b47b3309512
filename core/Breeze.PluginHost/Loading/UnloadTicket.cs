using System.Reflection;
using System.Runtime.Loader;

namespace Breeze.PluginHost;

/// <summary>Tells whether the code of a generation is still in memory, without keeping it there.</summary>
sealed class UnloadTicket(AssemblyLoadContext context, Assembly assembly)
{
    readonly WeakReference context = new(context, trackResurrection: true);
    readonly WeakReference assembly = new(assembly, trackResurrection: true);

    public bool IsGone => !context.IsAlive && !assembly.IsAlive;
}
