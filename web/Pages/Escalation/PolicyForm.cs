using Breeze.Features.Alerting.Escalation;

namespace Breeze.Web.Pages.Escalation;

/// <summary>A policy as it is typed.</summary>
public sealed class PolicyInput
{
    public string? Name { get; set; }
    public Guid? OrganizationId { get; set; }
    public int Repeats { get; set; }
    public int RepeatMinutes { get; set; } = 30;
    public List<StepInput> Steps { get; set; } = [];

    public static PolicyInput Of(EscalationPolicy p) => new()
    {
        Name = p.Name, OrganizationId = p.OrganizationId, Repeats = p.Repeats, RepeatMinutes = p.RepeatMinutes,
        Steps = [.. EscalationStep.Parse(p.Steps).Select(s => new StepInput { AfterMinutes = s.AfterMinutes, Channels = s.Channels ?? [], Users = s.Users ?? [], Schedules = s.Schedules ?? [] })],
    };

    public PolicyDraft ToDraft() => new(Name, [.. Steps.Select((s, i) => new EscalationStep(i == 0 ? 0 : s.AfterMinutes, s.Channels, s.Users, s.Schedules))], Repeats, RepeatMinutes);

    /// <summary>Adds or takes away what a button of the form says: <c>step</c>, <c>drop:0</c>, <c>up:1</c>.</summary>
    public void Change(string what)
    {
        var (kind, place) = what.Split(':') is [var k, var p] && int.TryParse(p, out var at) && at >= 0 && at < Steps.Count ? (k, at) : (what, -1);
        switch (kind)
        {
            case "step" when Steps.Count < EscalationLimits.Steps:
                Steps.Add(new() { AfterMinutes = 15 });
                break;
            case "drop" when place >= 0:
                Steps.RemoveAt(place);
                break;
            case "up" when place > 0:
                (Steps[place - 1], Steps[place]) = (Steps[place], Steps[place - 1]);
                break;
        }
        // What was first waited for nothing.
        foreach (var step in Steps.Skip(1).Where(s => s.AfterMinutes == 0))
        {
            step.AfterMinutes = 15;
        }
    }
}

/// <summary>A step as it is typed.</summary>
public sealed class StepInput
{
    public int AfterMinutes { get; set; }
    public Guid[] Channels { get; set; } = [];
    public Guid[] Users { get; set; } = [];
    public Guid[] Schedules { get; set; } = [];
}
