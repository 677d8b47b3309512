namespace Breeze.Web.Pages;

/// <summary>Orders names so that "core 2" comes before "core 10".</summary>
public sealed class NaturalOrder : IComparer<string>
{
    public static NaturalOrder Instance { get; } = new();

    readonly StringComparer _comparer = StringComparer.Create(
        System.Globalization.CultureInfo.InvariantCulture, System.Globalization.CompareOptions.IgnoreCase | System.Globalization.CompareOptions.NumericOrdering);

    public int Compare(string? x, string? y) => _comparer.Compare(x, y);
}
