using Breeze.Core.Events;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting;
using Breeze.Features.Alerting.Bell;
using Breeze.Web.Frame;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Breeze.Web.Pages.Bell;

/// <summary>What one is told in Breeze: the content of the bell, and a page of its own where there is no JavaScript.</summary>
[SignedIn]
public sealed class IndexModel(BellReader bell, EventBus bus, AccessScope scope) : PageModel
{
    public BellState State { get; private set; } = null!;

    public async Task OnGetAsync(CancellationToken cancellationToken) => State = await bell.ReadAsync(scope, cancellationToken);

    /// <summary>The last ones, for the menu.</summary>
    public async Task<IActionResult> OnGetListAsync(CancellationToken cancellationToken)
    {
        State = await bell.ReadAsync(scope, cancellationToken);
        return Partial("_Items", State);
    }

    /// <summary>Says that something may have come, as long as the page listens.</summary>
    public async Task<IActionResult> OnGetStreamAsync()
    {
        if (scope.PartnerId is not { } partnerId)
        {
            return StatusCode(StatusCodes.Status204NoContent);
        }
        await using var stream = await EventStream.OpenAsync(HttpContext);
        var topic = AlertTopics.Partner(partnerId);
        var channel = bus.Subscribe(topic, 1);
        try
        {
            await stream.RunAsync(channel.Reader, _ => stream.SendAsync("state", "bell"));
        }
        finally
        {
            bus.Unsubscribe(topic, channel);
        }
        return new EmptyResult();
    }

    public async Task<IActionResult> OnPostReadAsync(CancellationToken cancellationToken)
    {
        await bell.ReadAllAsync(scope, cancellationToken);
        return Request.WantsPartial() ? StatusCode(StatusCodes.Status204NoContent) : Redirect("/bell");
    }
}
