using System.Globalization;
using Breeze.Core.Expressions;
using Breeze.Core.Identity;
using Breeze.Core.Tenancy;

namespace Breeze.Features.Alerting.Suppression;

/// <summary>Puts a draft into a window, when nothing is wrong with it.</summary>
public sealed class WindowCheck(ExpressionEngine expressions)
{
    const int LongestText = 4000;
    const int MostMinutes = 7 * 24 * 60;
    static readonly TimeSpan LongestOnce = TimeSpan.FromDays(366);
    static readonly DateTimeOffset Earliest = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
    static readonly DateTimeOffset Latest = new(2200, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public async Task<Refusal?> ApplyAsync(MaintenanceWindow window, WindowDraft draft, CancellationToken cancellationToken)
    {
        if (TenantNames.Clean(draft.Name) is not { } name)
        {
            return TenantNames.Invalid();
        }
        if (draft.Note?.Length > LongestText)
        {
            return Refusal.Invalid("note_invalid", $"A note has at most {LongestText} characters.");
        }
        var target = string.IsNullOrWhiteSpace(draft.Target) ? null : await expressions.ParseAsync(draft.Target, cancellationToken);
        if (target is { IsValid: false })
        {
            return Refusal.Invalid("expression_invalid", $"{target.Error.Message} (at character {target.Error.Column})");
        }
        if (target?.Expression?.Text.Length > LongestText)
        {
            return Refusal.Invalid("expression_invalid", "The expression is too long. Make a device group of it and ask for the group.");
        }
        if (!MaintenanceRecurrence.All.Contains(draft.Recurrence))
        {
            return Refusal.Invalid("recurrence_invalid", $"recurrence is one of {string.Join(", ", MaintenanceRecurrence.All)}.");
        }
        if (draft.TimeZone is not { Length: > 0 and <= 100 } zone || !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) || !found.HasIanaId)
        {
            return Refusal.Invalid("time_zone_invalid", "Give it a time_zone of the IANA list, such as Europe/Berlin.");
        }
        if ((draft.Recurrence == MaintenanceRecurrence.Once ? Once(window, draft) : Recurring(window, draft)) is { } wrong)
        {
            return wrong;
        }
        (window.Name, window.Note, window.Target, window.Enabled) = (name, draft.Note?.Trim().Replace("\0", "", StringComparison.Ordinal) ?? "", target?.Expression?.Text ?? "", draft.Enabled);
        (window.Recurrence, window.TimeZone) = (draft.Recurrence!, found.Id);
        return null;
    }

    static Refusal? Once(MaintenanceWindow window, WindowDraft draft)
    {
        if (draft.FromAt is not { } from || draft.UntilAt is not { } until || from < Earliest || until > Latest || until <= from || until - from > LongestOnce)
        {
            return Refusal.Invalid("times_invalid", "Say from when until when it lasts: from_at before until_at, a year at most.");
        }
        (window.FromAt, window.UntilAt, window.Days, window.Week, window.Starts, window.Minutes) = (from.ToUniversalTime(), until.ToUniversalTime(), [], null, null, null);
        return null;
    }

    static Refusal? Recurring(MaintenanceWindow window, WindowDraft draft)
    {
        if (draft.Days is not { Count: > 0 and <= 7 } days || days.Any(d => d is < 1 or > 7) || days.Distinct().Count() != days.Count)
        {
            return Refusal.Invalid("days_invalid", "Choose at least one day: days are numbers from 1, Monday, to 7, Sunday, each once.");
        }
        var isMonthly = draft.Recurrence == MaintenanceRecurrence.Monthly;
        if (isMonthly && draft.Week is not (1 or 2 or 3 or 4 or -1))
        {
            return Refusal.Invalid("week_invalid", "Say which of these days in a month: week is 1 to 4, or -1 for the last.");
        }
        if (!TimeOnly.TryParseExact(draft.Starts, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var starts))
        {
            return Refusal.Invalid("starts_invalid", "Write when it starts as hours and minutes, such as 22:00.");
        }
        if (draft.Minutes is not (>= 1 and <= MostMinutes))
        {
            return Refusal.Invalid("minutes_invalid", $"Say how many minutes it lasts, from 1 to {MostMinutes}, a week.");
        }
        (window.FromAt, window.UntilAt, window.Days, window.Week, window.Starts, window.Minutes) =
            (null, null, [.. days.Order().Select(d => (short)d)], isMonthly ? (short)draft.Week!.Value : null, starts, draft.Minutes);
        return null;
    }
}
