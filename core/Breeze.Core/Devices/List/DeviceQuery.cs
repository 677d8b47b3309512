using Breeze.Core.Expressions;

namespace Breeze.Core.Devices.List;

/// <summary>Which devices, and in which order.</summary>
public sealed record DeviceQuery(DeviceOrder Order)
{
    /// <summary>Which way the values run.</summary>
    public bool Falls { get; init; }
    public DeviceExpression? Expression { get; init; }
    public Guid? OrganizationId { get; init; }
    public Guid? SiteId { get; init; }
    public Guid? GroupId { get; init; }
    public string? Status { get; init; }
    public string? System { get; init; }

    /// <summary>A part of the host name, without case.</summary>
    public string? HostnamePart { get; init; }

    internal bool IsNarrowed => this != new DeviceQuery(Order) { Falls = Falls };

    /// <summary>A condition on <c>devices d</c>.</summary>
    internal string Where(SqlParameters parameters, SqlReach reach)
    {
        var conditions = new List<string>();
        void Add<T>(string condition, T value) => conditions.Add(condition + parameters.Add(value));
        if (SiteId is { } site)
        {
            Add("d.site_id = ", site);
        }
        if (OrganizationId is { } organization)
        {
            Add("d.organization_id = ", organization);
        }
        if (Expression is { } expression)
        {
            conditions.Add($"({expression.ToSql(parameters, reach)})");
        }
        if (!string.IsNullOrEmpty(Status))
        {
            Add("d.status = ", Status);
        }
        if (!string.IsNullOrEmpty(System))
        {
            Add("d.os_family = ", System);
        }
        if (!string.IsNullOrWhiteSpace(HostnamePart))
        {
            var pattern = parameters.Add($"%{SqlWriter.Like(FoldedText.Of(HostnamePart))}%");
            conditions.Add(reach == SqlReach.All ? FieldSources.Found("hostname", pattern) : $"d.hostname_key LIKE {pattern}");
        }
        if (GroupId is { } group)
        {
            conditions.Add($"d.id IN (SELECT m.device_id FROM device_group_members m WHERE m.group_id = {parameters.Add(group)})");
        }
        return conditions.Count == 0 ? "true" : string.Join(" AND ", conditions);
    }
}
