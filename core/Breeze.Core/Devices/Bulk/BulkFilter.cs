namespace Breeze.Core.Devices.Bulk;

/// <summary>Which devices an action is for, when they are not picked by hand: all of it must fit.</summary>
public sealed record BulkFilter
{
    /// <summary>In the language of device expressions.</summary>
    public string? Expression { get; init; }

    /// <summary>Part of a name.</summary>
    public string? Text { get; init; }

    public string? Status { get; init; }

    /// <summary>The operating system's family.</summary>
    public string? System { get; init; }

    public Guid? GroupId { get; init; }
    public Guid? OrganizationId { get; init; }
    public Guid? SiteId { get; init; }

    /// <summary>For people to read what was chosen.</summary>
    public string Describe()
    {
        var parts = new List<string>();
        void Add(string? text, string words)
        {
            if (!string.IsNullOrWhiteSpace(text))
            {
                parts.Add(string.Format(global::System.Globalization.CultureInfo.InvariantCulture, words, text));
            }
        }
        Add(Expression, "{0}");
        Add(Text, "name contains \"{0}\"");
        Add(Status, "status = \"{0}\"");
        Add(System, "os.family = \"{0}\"");
        Add(GroupId?.ToString(), "group {0}");
        Add(SiteId?.ToString() , "site {0}");
        Add(SiteId is null ? OrganizationId?.ToString() : null, "organization {0}");
        return parts.Count == 0 ? "all devices" : string.Join(" and ", parts);
    }
}
