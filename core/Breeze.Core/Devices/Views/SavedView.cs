namespace Breeze.Core.Devices.Views;

/// <summary>A filter, an order and columns of a list, under a name.</summary>
public sealed class SavedView
{
    public Guid Id { get; init; }
    public Guid PartnerId { get; init; }

    /// <summary>Whose it is: they alone change it, whoever may see it.</summary>
    public Guid UserId { get; init; }

    /// <summary>The list that it is of, such as <c>devices</c>.</summary>
    public required string Page { get; init; }
    public required string Name { get; set; }
    public string Expression { get; set; } = "";

    /// <summary>A column, with a minus before it for the other way round; empty for the list's own order.</summary>
    public string Sort { get; set; } = "";

    /// <summary>Empty for those that each person has chosen.</summary>
    public string[] Columns { get; set; } = [];

    /// <summary>Whether everybody of the partner sees it.</summary>
    public bool IsShared { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
}
