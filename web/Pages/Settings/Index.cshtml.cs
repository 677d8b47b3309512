using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Web.Frame;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.Settings;

/// <summary>A partner's own settings.</summary>
[RequirePermission(Permissions.PartnerWrite)]
public sealed class IndexModel(BreezeDbContext database, PartnerSettings settings, AccessScope scope) : PageModel
{
    [BindProperty]
    public SettingsForm Input { get; set; } = new();

    public int Devices { get; private set; }

    public int? MaxDevices { get; private set; }

    public string? Error { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (await LoadAsync(cancellationToken) is not { } partner)
        {
            return NotFound();
        }
        Input = new()
        {
            Name = partner.Name, MetricRetentionDays = partner.MetricRetentionDays, FiveMinuteRetentionDays = partner.FiveMinuteRetentionDays,
            HourlyRetentionDays = partner.HourlyRetentionDays, DailyRetentionDays = partner.DailyRetentionDays, RequireMfa = partner.RequireMfa,
            MassCommandLimit = partner.MassCommandLimit, TerminalLingerMinutes = partner.TerminalLingerMinutes, RecordTerminals = partner.RecordTerminals,
            RecordingDays = partner.RecordingDays,
        };
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var edit = new PartnerSettingsEdit(Input.Name ?? "", Input.MetricRetentionDays ?? 0, Input.RequireMfa, Input.MassCommandLimit ?? 0)
        {
            FiveMinuteRetentionDays = Input.FiveMinuteRetentionDays, HourlyRetentionDays = Input.HourlyRetentionDays, DailyRetentionDays = Input.DailyRetentionDays,
            TerminalLingerMinutes = Input.TerminalLingerMinutes, RecordTerminals = Input.RecordTerminals, RecordingDays = Input.RecordingDays,
        };
        var updated = await settings.UpdateAsync(scope, edit, cancellationToken);
        if (updated.Succeeded)
        {
            Response.Toast("Saved.");
            return Redirect("/settings");
        }
        Error = updated.Refusal.Detail;
        await LoadAsync(cancellationToken);
        return this.Refused(updated.Refusal);
    }

    async Task<Partner?> LoadAsync(CancellationToken cancellationToken)
    {
        var partner = await database.Partners.AsNoTracking().SingleOrDefaultAsync(cancellationToken);
        Devices = await database.Devices.CountAsync(cancellationToken);
        MaxDevices = partner?.MaxDevices;
        return partner;
    }
}

/// <summary>What a partner changes about itself.</summary>
public sealed class SettingsForm
{
    public string? Name { get; set; }

    public int? MetricRetentionDays { get; set; }

    public int? FiveMinuteRetentionDays { get; set; }

    public int? HourlyRetentionDays { get; set; }

    public int? DailyRetentionDays { get; set; }

    public bool RequireMfa { get; set; }

    public int? MassCommandLimit { get; set; }

    public int? TerminalLingerMinutes { get; set; }

    public bool RecordTerminals { get; set; }

    public int? RecordingDays { get; set; }
}
