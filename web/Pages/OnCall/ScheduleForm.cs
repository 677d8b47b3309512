using Breeze.Features.Alerting.OnCall;

namespace Breeze.Web.Pages.OnCall;

/// <summary>A schedule as it is typed.</summary>
public sealed class ScheduleInput
{
    public string? Name { get; set; }
    public Guid? OrganizationId { get; set; }
    public string? TimeZone { get; set; }
    public bool Tells { get; set; }
    public List<LayerInput> Layers { get; set; } = [];

    public static ScheduleInput Of(OnCallSchedule s) => new()
    {
        Name = s.Name, OrganizationId = s.OrganizationId, TimeZone = s.TimeZone, Tells = s.Tells,
        Layers = [.. OnCallLayers.Drafts(s).Select(l => new LayerInput
        {
            Name = l.Name, Start = l.Start, HandOver = l.HandOver, EveryDays = l.EveryDays, Users = [.. (l.Users ?? []).Select(u => (Guid?)u)],
            Hours = [.. (l.Hours ?? []).Select(h => new LayerHours { Days = h.Days ?? [], From = h.From, To = h.To })],
        })],
    };

    public OnCallDraft ToDraft() => new(
        Name, TimeZone, [.. Layers.Select(l => new OnCallLayerDraft(
            l.Name, l.Start, l.HandOver, l.EveryDays, [.. l.Users.OfType<Guid>()],
            [.. l.Hours.Where(h => !string.IsNullOrEmpty(h.From) || !string.IsNullOrEmpty(h.To)).Select(h => new OnCallHoursDraft([.. h.Days.Distinct()], h.From, h.To))]))], Tells);

    /// <summary>Adds or takes away what a button of the form says: <c>layer</c>, <c>person:0</c>, <c>hours:0</c>, <c>drop:0</c>, <c>up:1</c>.</summary>
    public void Change(string what, DateOnly today)
    {
        var (kind, place) = what.Split(':') is [var k, var p] && int.TryParse(p, out var at) && at >= 0 && at < Layers.Count ? (k, at) : (what, -1);
        switch (kind)
        {
            case "layer" when Layers.Count < OnCallLimits.Layers:
                Layers.Add(LayerInput.New(today));
                break;
            case "person" when place >= 0 && Layers[place].Users.Count < OnCallLimits.Users:
                Layers[place].Users.Add(null);
                break;
            case "hours" when place >= 0 && Layers[place].Hours.Count < OnCallLimits.Hours:
                Layers[place].Hours.Add(new());
                break;
            case "drop" when place >= 0:
                Layers.RemoveAt(place);
                break;
            case "up" when place > 0:
                (Layers[place - 1], Layers[place]) = (Layers[place], Layers[place - 1]);
                break;
        }
    }
}

/// <summary>A layer as it is typed.</summary>
public sealed class LayerInput
{
    public string? Name { get; set; }
    public string? Start { get; set; }
    public string? HandOver { get; set; }
    public int? EveryDays { get; set; }
    public List<Guid?> Users { get; set; } = [];
    public List<LayerHours> Hours { get; set; } = [];

    public static LayerInput New(DateOnly today) => new()
    {
        Start = today.AddDays(-(((int)today.DayOfWeek + 6) % 7)).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), HandOver = "09:00", EveryDays = 7, Users = [null, null, null],
    };
}

/// <summary>Hours of a layer as they are typed.</summary>
public sealed class LayerHours
{
    public int[] Days { get; set; } = [];
    public string? From { get; set; }
    public string? To { get; set; }
}
