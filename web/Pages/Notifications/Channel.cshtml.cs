using Breeze.Core.Identity;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting;
using Breeze.Features.Alerting.Notifying;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.Notifications;

/// <summary>One channel: its settings, whether it works, a test.</summary>
[RequirePermission(Permissions.NotificationsRead)]
public sealed class ChannelModel(AlertingDbContext alerting, NotificationChannels channels, ChannelTests tests, IChannelTypes types, AccessScope scope) : PageModel
{
    [FromRoute]
    public Guid Id { get; set; }

    [BindProperty]
    public ChannelInput Input { get; set; } = new();

    public NotificationChannel Channel { get; private set; } = null!;

    public ChannelForm Form { get; private set; } = null!;

    public ChannelTest? Test { get; private set; }

    public string? Error { get; private set; }

    public string TypeName => types.Find(Channel.Type)?.DisplayName ?? $"{Channel.Type}: no active plugin provides this type now";

    public bool CanWrite => scope.Can(Permissions.NotificationsWrite) && (Channel.OrganizationId is not null || scope.OrganizationIds is null);

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => await LoadAsync(cancellationToken) ? Page() : NotFound();

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken))
        {
            return NotFound();
        }
        if (!CanWrite)
        {
            return Forbid();
        }
        var settings = types.Find(Channel.Type) is null ? default(System.Text.Json.JsonElement?) : Form.Settings.Apply(Request.Form);
        var updated = await channels.UpdateAsync(scope, Id, new(Input.Name, Input.Enabled, settings, Input.RatePerMinute), cancellationToken);
        if (updated.Succeeded)
        {
            return Redirect($"/notifications/channels/{Id}");
        }
        Error = updated.Refusal.Detail;
        return this.Refused(updated.Refusal);
    }

    public async Task<IActionResult> OnPostTestAsync(CancellationToken cancellationToken)
    {
        if (!scope.Can(Permissions.NotificationsWrite))
        {
            return Forbid();
        }
        var test = await tests.SendAsync(scope, Id, cancellationToken);
        (Test, Error) = (test.Value, test.Refusal?.Detail);
        if (!await LoadAsync(cancellationToken))
        {
            return NotFound();
        }
        Response.StatusCode = test.Succeeded ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity;
        return Page();
    }

    public async Task<IActionResult> OnPostRemoveAsync(CancellationToken cancellationToken)
    {
        if (!scope.Can(Permissions.NotificationsWrite))
        {
            return Forbid();
        }
        return await channels.DeleteAsync(scope, Id, cancellationToken) is { } refusal ? refusal.Kind == RefusalKind.NotFound ? NotFound() : Forbid() : Redirect("/notifications");
    }

    async Task<bool> LoadAsync(CancellationToken cancellationToken)
    {
        if (await alerting.Channels.AsNoTracking().SingleOrDefaultAsync(c => c.Id == Id, cancellationToken) is not { } channel)
        {
            return false;
        }
        Channel = channel;
        var schema = types.Find(channel.Type)?.Schema.GetRawText();
        Form = new($"/notifications/channels/{Id}", Request.HasFormContentType && Input.Name is not null ? Input : new() { Name = channel.Name, Enabled = channel.Enabled, RatePerMinute = channel.RatePerMinute },
            SettingsView.Read(schema, channel.Settings, channel.SecretsSet), CanWrite, null);
        return true;
    }
}
