namespace Breeze.Core.Devices.Views;

/// <summary>What a view is to be; null leaves a part as it is.</summary>
public sealed record SavedViewDraft(string? Name = null, string? Expression = null, string? Sort = null, string[]? Columns = null, bool? IsShared = null)
{
    public bool IsEmpty => Name is null && Expression is null && Sort is null && Columns is null && IsShared is null;
}
