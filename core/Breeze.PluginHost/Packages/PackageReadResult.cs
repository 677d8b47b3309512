using System.Diagnostics.CodeAnalysis;

namespace Breeze.PluginHost;

/// <summary>Either a verified package or the reason why it is none.</summary>
public sealed record PackageReadResult
{
    PackageReadResult(PluginPackage? package, PluginError? error) => (Package, Error) = (package, error);

    public PluginPackage? Package { get; }

    public PluginError? Error { get; }

    [MemberNotNullWhen(true, nameof(Package))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsValid => Package is not null;

    public static PackageReadResult Valid(PluginPackage package) => new(package, null);

    public static PackageReadResult Invalid(string code, string message) => new(null, new PluginError(code, message));
}
