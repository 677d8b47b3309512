using Breeze.Features.Alerting.Inbox;
using Breeze.Web.Frame;

namespace Breeze.Web.Pages.Alerts;

/// <summary>What is said after something was done to alerts.</summary>
static class AlertNotes
{
    public static string Of(string? act, int count)
    {
        if (count == 0)
        {
            return "Nothing to do: they are resolved, or as you want them already.";
        }
        var alerts = count == 1 ? "1 alert" : $"{Units.Count(count)} alerts";
        return act switch
        {
            AlertActs.Acknowledge => $"{alerts} acknowledged.",
            AlertActs.Unacknowledge => $"{alerts} not acknowledged any more.",
            AlertActs.Snooze => $"{alerts} snoozed.",
            AlertActs.Wake => $"{alerts} not snoozed any more.",
            AlertActs.Resolve => $"{alerts} resolved.",
            "mine" => $"{alerts} assigned to you.",
            "nobody" => $"{alerts} assigned to nobody.",
            _ => "Comment added.",
        };
    }
}
