using Breeze.Core.Tenancy;
using Breeze.Features.Alerting;
using Breeze.Features.Alerting.Bell;
using Breeze.Features.Alerting.Escalation;
using Breeze.Features.Alerting.Notifying;
using Breeze.Web.Frame;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages;

/// <summary>How oneself is told: contact methods, the bell, and messages of the browser.</summary>
[SignedIn]
public sealed class NotifyModel(ContactMethods methods, BellReader bell, AlertingDbContext context, AccessScope scope) : PageModel
{
    [BindProperty]
    public Guid? ChannelId { get; set; }

    [BindProperty]
    public string? Address { get; set; }

    public IReadOnlyList<ContactRow> Methods { get; private set; } = [];

    public IReadOnlyList<ContactChannel> Channels { get; private set; } = [];

    public string BellSeverity { get; private set; } = AlertSeverity.Error;

    public string? Error { get; private set; }

    public ChannelTest? Test { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellationToken) => await LoadAsync(cancellationToken);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) =>
        await AnswerAsync((await methods.AddAsync(scope, ChannelId, Address, cancellationToken)).Refusal, "Added. Send a test to see whether it arrives.", cancellationToken);

    public async Task<IActionResult> OnPostRemoveAsync(Guid id, CancellationToken cancellationToken) => await AnswerAsync(await methods.RemoveAsync(scope, id, cancellationToken), "Removed.", cancellationToken);

    public async Task<IActionResult> OnPostBellAsync(string? severity, CancellationToken cancellationToken) => await AnswerAsync(await bell.SetSeverityAsync(scope, severity, cancellationToken), "Saved.", cancellationToken);

    public async Task<IActionResult> OnPostTestAsync(Guid id, CancellationToken cancellationToken)
    {
        var test = await methods.TestAsync(scope, id, cancellationToken);
        (Test, Error) = (test.Value, test.Refusal?.Detail);
        Response.StatusCode = test.Succeeded ? StatusCodes.Status200OK : test.Refusal.Kind == Core.Identity.RefusalKind.NotFound ? StatusCodes.Status404NotFound : StatusCodes.Status422UnprocessableEntity;
        await LoadAsync(cancellationToken);
        return Page();
    }

    async Task<IActionResult> AnswerAsync(Core.Identity.Refusal? refusal, string good, CancellationToken cancellationToken)
    {
        if (refusal is null)
        {
            Response.Toast(good);
            return Redirect("/account/notifications");
        }
        Error = refusal.Detail;
        Response.StatusCode = refusal.Kind == Core.Identity.RefusalKind.NotFound ? StatusCodes.Status404NotFound : StatusCodes.Status422UnprocessableEntity;
        await LoadAsync(cancellationToken);
        return Page();
    }

    async Task LoadAsync(CancellationToken cancellationToken)
    {
        Methods = await context.ContactMethods.AsNoTracking().OrderBy(m => m.CreatedAt).ThenBy(m => m.Id)
            .Select(m => new ContactRow(m.Id, m.Address, context.Channels.Where(c => c.Id == m.ChannelId).Select(c => c.Name).FirstOrDefault() ?? "a channel out of reach")).ToListAsync(cancellationToken);
        Channels = await methods.ChannelsAsync(context, cancellationToken);
        BellSeverity = await context.BellSettings.Where(s => s.UserId == scope.UserId).Select(s => s.Severity).SingleOrDefaultAsync(cancellationToken) ?? AlertSeverity.Error;
    }
}

/// <summary>One's own contact method as the page shows it.</summary>
public sealed record ContactRow(Guid Id, string Address, string Channel);
