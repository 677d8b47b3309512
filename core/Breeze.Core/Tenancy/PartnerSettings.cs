using System.Text.Json;
using Breeze.Core.Auditing;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Core.Tenancy;

/// <summary>A partner's own settings. Its limit and status are the platform's to set.</summary>
public sealed class PartnerSettings(Database database, IAuditLog audit, TimeProvider time)
{
    public async Task<Outcome<Partner>> UpdateAsync(AccessScope scope, PartnerSettingsEdit edit, CancellationToken cancellationToken)
    {
        await using var context = database.CreateContext(scope);
        if (await context.Partners.SingleOrDefaultAsync(cancellationToken) is not { } partner)
        {
            return Refusal.NotFound("partner");
        }
        if (scope.OrganizationIds is not null)
        {
            return Refusal.Forbidden("reach_too_narrow", "These settings concern all organizations, and you reach only some. Ask somebody who reaches all of them.");
        }
        if (edit.Name is not null && TenantNames.Clean(edit.Name) is null)
        {
            return TenantNames.Invalid();
        }
        if (edit.MetricRetentionDays is < 1 or > 3650)
        {
            return Refusal.Invalid("metric_retention_days_invalid", "Readings are kept between 1 and 3650 days.");
        }
        if (edit.FiveMinuteRetentionDays is < 1 or > 3650 || edit.HourlyRetentionDays is < 1 or > 3650 || edit.DailyRetentionDays is < 1 or > 3650)
        {
            return Refusal.Invalid("rollup_retention_days_invalid", "Averages over five minutes, hours and days are each kept between 1 and 3650 days.");
        }
        if (edit.MassCommandLimit is < 1 or > 1_000_000)
        {
            return Refusal.Invalid("mass_command_limit_invalid", "The size of a command that takes a confirmation lies between 1 and 1,000,000 devices.");
        }
        if (edit.TerminalLingerMinutes is < 0 or > 60)
        {
            return Refusal.Invalid("terminal_linger_minutes_invalid", "A terminal lives on for 0 to 60 minutes after its page was closed.");
        }
        if (edit.RecordingDays is < 1 or > 3650)
        {
            return Refusal.Invalid("recording_days_invalid", "Recordings of terminals are kept between 1 and 3650 days.");
        }
        var before = Describe(partner);
        partner.Name = TenantNames.Clean(edit.Name) ?? partner.Name;
        partner.MetricRetentionDays = edit.MetricRetentionDays ?? partner.MetricRetentionDays;
        partner.FiveMinuteRetentionDays = edit.FiveMinuteRetentionDays ?? partner.FiveMinuteRetentionDays;
        partner.HourlyRetentionDays = edit.HourlyRetentionDays ?? partner.HourlyRetentionDays;
        partner.DailyRetentionDays = edit.DailyRetentionDays ?? partner.DailyRetentionDays;
        partner.RequireMfa = edit.RequireMfa ?? partner.RequireMfa;
        partner.MassCommandLimit = edit.MassCommandLimit ?? partner.MassCommandLimit;
        partner.TerminalLingerMinutes = edit.TerminalLingerMinutes ?? partner.TerminalLingerMinutes;
        partner.RecordTerminals = edit.RecordTerminals ?? partner.RecordTerminals;
        partner.RecordingDays = edit.RecordingDays ?? partner.RecordingDays;
        partner.UpdatedAt = time.GetUtcNow();
        await context.SaveChangesAsync(cancellationToken);
        await audit.WriteAsync(scope, new AuditRecord("partner.settings_updated", "partner", partner.Id.ToString())
        {
            Detail = JsonSerializer.Serialize(new { before, after = Describe(partner) }),
        }, cancellationToken);
        return partner;
    }

    static object Describe(Partner p) => new
    {
        name = p.Name, metric_retention_days = p.MetricRetentionDays, five_minute_retention_days = p.FiveMinuteRetentionDays,
        hourly_retention_days = p.HourlyRetentionDays, daily_retention_days = p.DailyRetentionDays, require_mfa = p.RequireMfa,
        mass_command_limit = p.MassCommandLimit, terminal_linger_minutes = p.TerminalLingerMinutes, record_terminals = p.RecordTerminals, recording_days = p.RecordingDays,
    };
}
