using System.Text.Json;
using Breeze.Core.Auditing;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Core.Transport;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Core.Identity;

/// <summary>What administrators do with the account of a person who belongs to their partner alone, and what people do with their own.</summary>
public sealed class Accounts(Database database, Sessions sessions, IAuditLog audit, TimeProvider time)
{
    /// <summary>Lets a person in again, or keeps them out and ends their sessions.</summary>
    public async Task<Refusal?> SetStatusAsync(AccessScope scope, Guid userId, string? status, CancellationToken cancellationToken)
    {
        await using var scoped = database.CreateContext(scope);
        await using var system = database.CreateSystemContext();
        if (await PersonAccess.CheckWholeAsync(scoped, system, scope, userId, cancellationToken) is { } refusal)
        {
            return refusal;
        }
        if (status is not ("active" or "disabled"))
        {
            return Refusal.Invalid("status_invalid", "status is active or disabled.");
        }
        var now = time.GetUtcNow();
        await using (var transaction = await system.Database.BeginTransactionAsync(cancellationToken))
        {
            await LastAdministrator.LockAsync(system, scope.PartnerId!.Value, cancellationToken);
            var before = await LastAdministrator.CountAsync(system, scope.PartnerId.Value, cancellationToken);
            var changed = await system.Users.Where(u => u.Id == userId && u.Status != status)
                .ExecuteUpdateAsync(u => u.SetProperty(x => x.Status, status).SetProperty(x => x.UpdatedAt, now), cancellationToken);
            if (changed == 0)
            {
                return null;
            }
            if (before > 0 && await LastAdministrator.CountAsync(system, scope.PartnerId.Value, cancellationToken) == 0)
            {
                return LastAdministrator.Refusal;
            }
            await transaction.CommitAsync(cancellationToken);
        }
        if (status == "disabled")
        {
            await sessions.EndAllAsync(userId, null, cancellationToken);
        }
        await RecordAsync(scope, status == "disabled" ? "user.deactivated" : "user.activated", userId, new { after = status }, cancellationToken);
        return null;
    }

    public async Task<Outcome<List<UserSession>>> SessionsAsync(AccessScope scope, Guid userId, CancellationToken cancellationToken)
    {
        await using var scoped = database.CreateContext(scope);
        await using var system = database.CreateSystemContext();
        if (await PersonAccess.CheckWholeAsync(scoped, system, scope, userId, cancellationToken) is { } refusal)
        {
            return refusal;
        }
        var now = time.GetUtcNow();
        return await system.Sessions.AsNoTracking().Where(s => s.UserId == userId && s.RevokedAt == null && s.ExpiresAt > now)
            .OrderByDescending(s => s.LastSeenAt).Take(200).ToListAsync(cancellationToken);
    }

    /// <summary>Ends one session of a person, or all.</summary>
    public async Task<Refusal?> EndSessionsAsync(AccessScope scope, Guid userId, Guid? sessionId, CancellationToken cancellationToken)
    {
        await using (var scoped = database.CreateContext(scope))
        await using (var system = database.CreateSystemContext())
        {
            if (await PersonAccess.CheckWholeAsync(scoped, system, scope, userId, cancellationToken) is { } refusal)
            {
                return refusal;
            }
        }
        if (sessionId is { } one)
        {
            if (!await sessions.EndAsync(userId, one, cancellationToken))
            {
                return Refusal.NotFound("session");
            }
        }
        else
        {
            await sessions.EndAllAsync(userId, null, cancellationToken);
        }
        await RecordAsync(scope, "user.sessions_ended", userId, new { session_id = sessionId }, cancellationToken);
        return null;
    }

    /// <summary>A person's own name and preferences.</summary>
    public async Task<Refusal?> SaveProfileAsync(AccessScope scope, string? displayName, string? timeZone, CancellationToken cancellationToken)
    {
        var name = AgentText.Clean(displayName ?? "", 200);
        if (name.Length == 0)
        {
            return Refusal.Invalid("display_name_missing", "Enter your name, as your colleagues shall see it.");
        }
        if (!string.IsNullOrEmpty(timeZone) && !TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out _))
        {
            return Refusal.Invalid("time_zone_unknown", "Choose a time zone from the list, such as Europe/Berlin.");
        }
        await using var context = database.CreateSystemContext();
        var user = await context.Users.SingleAsync(u => u.Id == scope.UserId, cancellationToken);
        var before = user.DisplayName;
        user.DisplayName = name;
        var preferences = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(user.Preferences)!;
        preferences["time_zone"] = JsonSerializer.SerializeToElement(timeZone ?? "");
        user.Preferences = JsonSerializer.Serialize(preferences);
        user.UpdatedAt = time.GetUtcNow();
        await context.SaveChangesAsync(cancellationToken);
        await RecordAsync(scope, "user.profile_changed", user.Id, new { before = new { display_name = before }, after = new { display_name = name, time_zone = timeZone ?? "" } }, cancellationToken);
        return null;
    }

    /// <summary>Lets the person's session act in another of their memberships.</summary>
    public async Task<Refusal?> ActInAsync(AccessScope scope, Guid membershipId, CancellationToken cancellationToken)
    {
        await using var context = database.CreateSystemContext();
        var own = await Authority.OfPersonAsync(context, scope.UserId!.Value, cancellationToken);
        if (own.SingleOrDefault(m => m.MembershipId == membershipId) is not { } membership)
        {
            return Refusal.NotFound("membership");
        }
        var changed = await context.Sessions.Where(s => s.Id == scope.SessionId && s.UserId == scope.UserId && (s.PartnerId == null || s.PartnerId == membership.PartnerId))
            .ExecuteUpdateAsync(s => s.SetProperty(x => x.MembershipId, membershipId), cancellationToken);
        if (changed == 0)
        {
            return Refusal.Forbidden("session_bound", "You signed in by a company's single sign-on, which is good there alone. Sign in with your password to act elsewhere.");
        }
        await audit.WriteAsync(scope, new AuditRecord("user.membership_switched", "user", scope.UserId.ToString()!)
        {
            PartnerId = membership.PartnerId, Detail = JsonSerializer.Serialize(new { membership_id = membershipId }),
        }, cancellationToken);
        return null;
    }

    Task RecordAsync(AccessScope scope, string action, Guid userId, object detail, CancellationToken cancellationToken) =>
        audit.WriteAsync(scope, new AuditRecord(action, "user", userId.ToString()) { Detail = JsonSerializer.Serialize(detail) }, cancellationToken);
}
