using System.Diagnostics.CodeAnalysis;

namespace Breeze.PluginHost;

/// <summary>Either a package in the store or the reason why it is not there.</summary>
public sealed record StoreResult
{
    StoreResult(StoredPackage? stored, PluginError? error) => (Stored, Error) = (stored, error);

    public StoredPackage? Stored { get; }

    public PluginError? Error { get; }

    [MemberNotNullWhen(true, nameof(Stored))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsSuccess => Stored is not null;

    internal static StoreResult Success(string directory, PluginPackage package) => new(new StoredPackage(directory, package), null);

    internal static StoreResult Failure(PluginError error) => new(null, error);
}
