namespace Breeze.Collectors.Software;

/// <summary>Lists what is installed.</summary>
interface ISoftwareReader
{
    ValueTask<IReadOnlyList<SoftwarePackage>> ReadAsync(CancellationToken cancellationToken);
}
