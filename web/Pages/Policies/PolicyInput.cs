using System.Globalization;
using Breeze.Features.Policies;

namespace Breeze.Web.Pages.Policies;

/// <summary>What a person fills in for a policy.</summary>
public sealed class PolicyInput
{
    public string? Name { get; set; }
    public string? Description { get; set; }
    public bool Enabled { get; set; }
    public string? Target { get; set; }

    /// <summary>The organization; empty for all.</summary>
    public Guid? OrganizationId { get; set; }

    /// <summary>The version that was shown.</summary>
    public int? Version { get; set; }

    public List<CheckInput> Checks { get; set; } = [];

    public static PolicyInput Of(Policy p) => new()
    {
        Name = p.Name, Description = p.Description, Enabled = p.Enabled, Target = p.Target, OrganizationId = p.OrganizationId, Version = p.Version, Checks = Inputs(PolicyCheck.Read(p.Definition)),
    };

    /// <summary>A new one: empty, or as an example has it.</summary>
    public static PolicyInput New(string? example, Guid? organizationId) => PolicyExample.All.FirstOrDefault(e => e.Key == example) is { } found
        ? new() { Name = found.Name, Description = found.Description, Enabled = true, Target = found.Target, OrganizationId = organizationId, Checks = Inputs(found.Checks) }
        : new() { Enabled = true, OrganizationId = organizationId, Checks = [new()] };

    public PolicyDraft Draft() => new() { Name = Name, Description = Description, Enabled = Enabled, Target = Target, Checks = Filled(), Version = Version };

    public IReadOnlyList<PolicyCheck> Filled() => [.. Checks.Select(c => new PolicyCheck { Name = c.Name ?? "", Condition = c.Condition ?? "" })];

    /// <summary>Adds or drops a check, as the button says that was pressed.</summary>
    public void Change(string change)
    {
        if (change == "add" && Checks.Count < PolicyLimits.Checks)
        {
            Checks.Add(new());
        }
        else if (change.StartsWith("drop:", StringComparison.Ordinal) && int.TryParse(change.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var place) && place < Checks.Count)
        {
            Checks.RemoveAt(place);
        }
    }

    static List<CheckInput> Inputs(IReadOnlyList<PolicyCheck> checks) => [.. checks.Select(c => new CheckInput { Name = c.Name, Condition = c.Condition })];
}

/// <summary>A check as it is filled in.</summary>
public sealed class CheckInput
{
    public string? Name { get; set; }
    public string? Condition { get; set; }
}
