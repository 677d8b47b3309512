using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using Breeze.Sdk;
using McMaster.NETCore.Plugins;
using Microsoft.Extensions.Logging;

namespace Breeze.PluginHost;

/// <summary>
/// The assemblies of one generation in a collectible context of their own, and the plugin's instance. The only place that knows how
/// assemblies are loaded.
/// </summary>
sealed class PluginCode
{
    // What crosses the boundary must be the same type on both sides; everything else is the plugin's own copy.
    static readonly Type[] SharedTypes = [typeof(IBreezePlugin), typeof(ILogger)];

    readonly PluginLoader loader;
    readonly AssemblyLoadContext context;

    PluginCode(PluginLoader loader, AssemblyLoadContext context, IBreezePlugin plugin)
    {
        this.loader = loader;
        this.context = context;
        Plugin = plugin;
    }

    public IBreezePlugin Plugin { get; }

    /// <summary>Names an SDK assembly that the plugin loaded for itself; then nothing that it implements is what the host expects.</summary>
    public string? PrivateSdk => context.Assemblies
        .Select(assembly => assembly.GetName().Name)
        .FirstOrDefault(name => name is "Breeze.Sdk" || name?.StartsWith("Breeze.Sdk.", StringComparison.Ordinal) is true);

    /// <summary>Loads the entry assembly and creates the plugin. Runs the plugin's constructor.</summary>
    /// <param name="directory">Holds the assemblies.</param>
    /// <param name="entry">Names the class.</param>
    /// <param name="ticket">Set as soon as there is something to unload, even when the constructor throws afterwards.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static (PluginCode? Code, PluginError? Error) Load(string directory, PluginEntry entry, out UnloadTicket? ticket)
    {
        ticket = null;
        var loader = PluginLoader.CreateFromAssemblyFile(
            Path.Combine(directory, entry.Assembly),
            isUnloadable: true,
            SharedTypes,
            config =>
            {
                config.LoadInMemory = true;
                config.PreferSharedTypes = false;
                // Else the loader reads everything that the shared types refer to, down to System.Linq.Expressions.
                config.IsLazyLoaded = true;
            });
        try
        {
            var assembly = loader.LoadDefaultAssembly();
            var context = AssemblyLoadContext.GetLoadContext(assembly)!;
            ticket = new UnloadTicket(context, assembly);
            if (FindProblem(assembly, entry) is { } problem)
            {
                loader.Dispose();
                return (null, new PluginError(PluginErrorCodes.EntryNotFound, problem));
            }

            return (new PluginCode(loader, context, Create(assembly.GetType(entry.Type)!)), null);
        }
        catch
        {
            loader.Dispose();
            throw;
        }
    }

    public void Unload() => loader.Dispose();

    static string? FindProblem(Assembly assembly, PluginEntry entry) =>
        assembly.GetType(entry.Type) is not { } type ? $"{entry.Assembly} has no class {entry.Type}."
        : !typeof(IBreezePlugin).IsAssignableFrom(type) || type.IsAbstract || type.GetConstructor(Type.EmptyTypes) is null
            ? $"{entry.Type} is not a class with a public parameterless constructor that implements {nameof(IBreezePlugin)}."
        : null;

    static IBreezePlugin Create(Type type) =>
        (IBreezePlugin)Activator.CreateInstance(
            type, BindingFlags.Instance | BindingFlags.Public | BindingFlags.DoNotWrapExceptions, null, null, CultureInfo.InvariantCulture)!;
}
