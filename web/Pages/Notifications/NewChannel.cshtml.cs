using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting.Notifying;
using Breeze.Web.Frame;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Breeze.Web.Pages.Notifications;

/// <summary>A channel that is yet to be made, of the type in the address.</summary>
[RequirePermission(Permissions.NotificationsWrite)]
public sealed class NewChannelModel(BreezeDbContext database, NotificationChannels channels, IChannelTypes types, AccessScope scope, TenantView tenant) : PageModel
{
    [FromQuery(Name = "type")]
    public string? Type { get; set; }

    [BindProperty]
    public ChannelInput Input { get; set; } = new();

    public string Title { get; private set; } = "";

    public ChannelForm Form { get; private set; } = null!;

    public string? Error { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        Input = new() { Enabled = true, OrganizationId = tenant.OrganizationId };
        return await LoadAsync(cancellationToken) ? Page() : Redirect("/notifications");
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken))
        {
            return Redirect("/notifications");
        }
        var created = await channels.CreateAsync(scope, Type, Input.OrganizationId, new(Input.Name, Input.Enabled, Form.Settings.Apply(Request.Form), Input.RatePerMinute), cancellationToken);
        if (created.Succeeded)
        {
            return Redirect($"/notifications/channels/{created.Value.Id}");
        }
        Error = created.Refusal.Detail;
        return this.Refused(created.Refusal);
    }

    async Task<bool> LoadAsync(CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(Type) || types.Find(Type) is not { } type)
        {
            return false;
        }
        Title = type.DisplayName;
        var organizations = (await Choices.OrganizationsAsync(database, cancellationToken)).Select(o => ((Guid?)o.Id, o.Name));
        // What was typed stands in its fields again; secrets are typed anew.
        var typed = SettingsView.Read(type.Schema.GetRawText(), "{}", []);
        if (Request.HasFormContentType)
        {
            var kept = System.Text.Json.Nodes.JsonNode.Parse(typed.Apply(Request.Form).GetRawText())!.AsObject();
            foreach (var secret in type.Secrets)
            {
                kept.Remove(secret);
            }
            typed = SettingsView.Read(type.Schema.GetRawText(), kept.ToJsonString(), []);
        }
        Form = new($"/notifications/channels/new?type={Uri.EscapeDataString(Type)}", Input, typed, true, scope.OrganizationIds is null ? [(null, "all organizations"), .. organizations] : [.. organizations]);
        return true;
    }
}
