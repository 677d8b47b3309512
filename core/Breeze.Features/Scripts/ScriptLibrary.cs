using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Breeze.Core.Auditing;
using Breeze.Core.Devices.Bulk;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting.Notifying;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Breeze.Features.Scripts;

/// <summary>Making, changing and removing stored scripts. To write one is to write code that others run: it takes a person who has confirmed who they are.</summary>
public sealed class ScriptLibrary(Database database, ScriptCheck check, IAuditLog audit, TimeProvider time)
{
    /// <param name="scope">Who.</param>
    /// <param name="organizationId">Null for all of the partner's.</param>
    /// <param name="draft">What it shall be.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Outcome<Script>> CreateAsync(AccessScope scope, Guid? organizationId, ScriptDraft draft, CancellationToken cancellationToken)
    {
        if ((await NotificationReach.RefuseAsync(database, scope, organizationId, "script", cancellationToken) ?? Refuse(scope, organizationId)) is { } refusal)
        {
            return refusal;
        }
        await using var context = ScriptsDbContext.Create(database, scope);
        if (await context.Scripts.CountAsync(cancellationToken) >= ScriptLimits.MostOfAPartner)
        {
            return Refusal.Conflict("too_many_scripts", $"There are {ScriptLimits.MostOfAPartner} scripts. Remove those that nobody needs.");
        }
        var now = time.GetUtcNow();
        var script = new Script
        {
            Id = Guid.CreateVersion7(now), PartnerId = scope.PartnerId!.Value, OrganizationId = organizationId, CreatedBy = scope.UserId, UpdatedBy = scope.UserId, CreatedAt = now, UpdatedAt = now,
        };
        if (await check.ApplyAsync(script, draft, cancellationToken) is { } wrong)
        {
            return wrong;
        }
        context.Add(script);
        if (await SaveAsync(context, script, cancellationToken) is { } taken)
        {
            return taken;
        }
        await RecordAsync(scope, "script.created", script, $$"""{"after":{{Audited(script)}}}""", cancellationToken);
        return script;
    }

    /// <summary>Makes it what the draft says; that is a version, unless it changes nothing.</summary>
    public async Task<Outcome<Script>> SaveAsync(AccessScope scope, Guid id, ScriptDraft draft, CancellationToken cancellationToken)
    {
        await using var context = ScriptsDbContext.Create(database, scope);
        if (await context.Scripts.SingleOrDefaultAsync(s => s.Id == id, cancellationToken) is not { } script)
        {
            return Refusal.NotFound("script");
        }
        if (Refuse(scope, script.OrganizationId) is { } refusal)
        {
            return refusal;
        }
        if (draft.Version is { } read && read != script.Version)
        {
            return Changed();
        }
        var before = Audited(script);
        if (await check.ApplyAsync(script, draft, cancellationToken) is { } wrong)
        {
            return wrong;
        }
        if (Audited(script) == before)
        {
            return script;
        }
        script.Version++;
        (script.UpdatedBy, script.UpdatedAt) = (scope.UserId, time.GetUtcNow());
        if (await SaveAsync(context, script, cancellationToken) is { } taken)
        {
            return taken;
        }
        await RecordAsync(scope, "script.changed", script, $$"""{"before":{{before}},"after":{{Audited(script)}}}""", cancellationToken);
        return script;
    }

    /// <summary>Removes it. What it did stays with the devices' commands.</summary>
    public async Task<Refusal?> DeleteAsync(AccessScope scope, Guid id, CancellationToken cancellationToken)
    {
        await using var context = ScriptsDbContext.Create(database, scope);
        if (await context.Scripts.SingleOrDefaultAsync(s => s.Id == id, cancellationToken) is not { } script)
        {
            return Refusal.NotFound("script");
        }
        if (Refuse(scope, script.OrganizationId) is { } refusal)
        {
            return refusal;
        }
        context.Remove(script);
        try
        {
            await context.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            return Changed();
        }
        await RecordAsync(scope, "script.deleted", script, $$"""{"before":{{Audited(script)}}}""", cancellationToken);
        return null;
    }

    /// <summary>Whether somebody may write scripts of this level; the confirmation is asked for when they do.</summary>
    public static bool MayWrite(AccessScope scope, Guid? organizationId) =>
        scope.Can(Permissions.ScriptsWrite) && !scope.IsKey && scope.SiteIds is null && (organizationId is not null || scope.OrganizationIds is null);

    /// <summary>Why somebody may not write a script; null when they may.</summary>
    Refusal? Refuse(AccessScope scope, Guid? organizationId) =>
        !scope.Can(Permissions.ScriptsWrite) ? Refusal.Forbidden("forbidden", $"To write scripts takes the permission {Permissions.ScriptsWrite}.")
        : scope.SiteIds is not null ? Refusal.Forbidden("reach_too_narrow", "A script runs at every site of its organization, and belongs to those who reach all of them.")
        : NotificationReach.RefuseChange(scope, organizationId, "script") is { } narrow ? narrow
        : !scope.IsFresh(time.GetUtcNow()) ? Refusal.Forbidden(BulkActions.StepUpRequired, scope.IsKey
            ? "To write a script takes a person who confirms who they are; a key cannot."
            : "To write a script that others run takes a fresh confirmation of who you are.")
        : null;

    static async Task<Refusal?> SaveAsync(ScriptsDbContext context, Script script, CancellationToken cancellationToken)
    {
        try
        {
            await context.SaveChangesAsync(cancellationToken);
            return null;
        }
        catch (DbUpdateConcurrencyException)
        {
            return Changed();
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return TenantNames.Taken("a script", script.Name);
        }
    }

    static Refusal Changed() => Refusal.Conflict("script_changed", "Somebody changed this script meanwhile. Look at it again and repeat your change.");

    /// <summary>For the audit log: a script's text is with the script, its hash tells one from another.</summary>
    static string Audited(Script s) => JsonSerializer.Serialize(new
    {
        name = s.Name, description = s.Description, runtime = s.Runtime, timeout_seconds = s.TimeoutSeconds, content = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(s.Content)))}",
        // As it is written here, and not as the database writes it.
        parameters = JsonElement.Parse(ScriptParameter.Write(ScriptParameter.Read(s.Parameters))),
    });

    Task RecordAsync(AccessScope scope, string action, Script script, string detail, CancellationToken cancellationToken) =>
        audit.WriteAsync(scope, new AuditRecord(action, "script", script.Id.ToString())
        {
            PartnerId = script.PartnerId, OrganizationId = script.OrganizationId, Detail = detail,
        }, cancellationToken);
}
