using Breeze.Core.Events;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting;
using Breeze.Features.Alerting.Inbox;
using Breeze.Web.Frame;
using Microsoft.AspNetCore.Mvc;

namespace Breeze.Web.Pages.Alerts;

/// <summary>What the pages of alerts have in common: they are told when alerts change, and they name what to do in the same words.</summary>
public sealed class AlertWatch(EventBus bus, AccessScope scope, TimeProvider time)
{
    /// <summary>Says that alerts changed, as long as the page listens.</summary>
    public async Task<IActionResult> FollowAsync(HttpContext context)
    {
        if (scope.PartnerId is not { } partnerId)
        {
            return new StatusCodeResult(StatusCodes.Status204NoContent);
        }
        await using var stream = await EventStream.OpenAsync(context);
        var topic = AlertTopics.Partner(partnerId);
        var channel = bus.Subscribe(topic, 1);
        try
        {
            await stream.RunAsync(channel.Reader, _ => stream.SendAsync("state", "alerts"));
        }
        finally
        {
            bus.Unsubscribe(topic, channel);
        }
        return new EmptyResult();
    }

    public AlertAct Asked(string? act, int? minutes, string? text) => act switch
    {
        "mine" => new(AlertActs.Assign, UserId: scope.UserId),
        "nobody" => new(AlertActs.Assign),
        _ => new(act ?? "", minutes is > 0 and < 1_000_000 ? time.GetUtcNow().AddMinutes(minutes.Value) : null, Text: text),
    };
}
