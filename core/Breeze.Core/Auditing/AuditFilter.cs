using Microsoft.EntityFrameworkCore;

namespace Breeze.Core.Auditing;

/// <summary>Which entries of the audit log somebody looks for.</summary>
public sealed record AuditFilter
{
    /// <summary>Part of a name, an action, a target or an address.</summary>
    public string? Text { get; init; }

    /// <summary>The beginning of an action, such as <c>user.</c> or <c>device.command_queued</c>.</summary>
    public string? Action { get; init; }

    public Guid? ActorId { get; init; }
    public string? TargetId { get; init; }
    public Guid? OrganizationId { get; init; }
    public DateTimeOffset? From { get; init; }

    /// <summary>Up to and without this.</summary>
    public DateTimeOffset? To { get; init; }

    public IQueryable<AuditEntry> Apply(IQueryable<AuditEntry> entries)
    {
        if (!string.IsNullOrWhiteSpace(Text))
        {
            var pattern = Containing(Text.Trim());
            var action = Containing(Text.Trim().Replace(": ", ".", StringComparison.Ordinal).Replace(' ', '_'));
            entries = entries.Where(a => EF.Functions.ILike(a.ActorName, pattern, @"\") || EF.Functions.ILike(a.Action, action, @"\")
                || EF.Functions.ILike(a.TargetId, pattern, @"\") || EF.Functions.ILike(a.Address, pattern, @"\"));
        }
        entries = string.IsNullOrEmpty(Action) ? entries : entries.Where(a => a.Action.StartsWith(Action));
        entries = ActorId is { } actor ? entries.Where(a => a.ActorId == actor) : entries;
        entries = string.IsNullOrEmpty(TargetId) ? entries : entries.Where(a => a.TargetId == TargetId);
        entries = OrganizationId is { } organization ? entries.Where(a => a.OrganizationId == organization) : entries;
        entries = From is { } from ? entries.Where(a => a.At >= from) : entries;
        return To is { } to ? entries.Where(a => a.At < to) : entries;
    }

    /// <summary>The filtered entries, newest first, after one that was seen.</summary>
    public IQueryable<AuditEntry> Page(IQueryable<AuditEntry> entries, (DateTimeOffset At, Guid Id)? after)
    {
        entries = Apply(entries);
        if (after is var (at, id))
        {
            entries = entries.Where(a => EF.Functions.LessThan(ValueTuple.Create(a.At, a.Id), ValueTuple.Create(at, id)));
        }
        return entries.OrderByDescending(a => a.At).ThenByDescending(a => a.Id);
    }

    static string Containing(string text) =>
        $"%{text.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal)}%";
}
