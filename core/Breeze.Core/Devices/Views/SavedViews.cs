using System.Text.Json;
using System.Text.RegularExpressions;
using Breeze.Core.Auditing;
using Breeze.Core.Expressions;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Core.Transport;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Breeze.Core.Devices.Views;

/// <summary>Views of lists: one's own, and those that others of the partner share. Only who made one changes it.</summary>
public sealed partial class SavedViews(Database database, ExpressionEngine expressions, TableColumns columns, IAuditLog audit, TimeProvider time)
{
    public const int MaximumName = 100;
    public const int MaximumColumns = 64;

    /// <summary>How many views one person has of one list.</summary>
    public const int MaximumViews = 200;

    public async Task<Outcome<SavedView>> CreateAsync(AccessScope scope, string page, SavedViewDraft draft, CancellationToken cancellationToken)
    {
        if (scope is not { PartnerId: { } partnerId, UserId: { } userId })
        {
            return Refusal.Forbidden("person_required", "Views belong to people. Sign in as one.");
        }
        if (!Names().IsMatch(page))
        {
            return Refusal.Invalid("page_invalid", "Say which list the view is of, such as devices.");
        }
        var now = time.GetUtcNow();
        var view = new SavedView { Id = Guid.CreateVersion7(now), PartnerId = partnerId, UserId = userId, Page = page, Name = "", CreatedAt = now, UpdatedAt = now };
        if (await ApplyAsync(scope, view, draft with { Name = draft.Name ?? "" }, cancellationToken) is { } refusal)
        {
            return refusal;
        }
        await using var context = database.CreateContext(scope);
        if (await context.SavedViews.CountAsync(v => v.UserId == userId && v.Page == page, cancellationToken) >= MaximumViews)
        {
            return Refusal.Conflict("too_many_views", $"You have {MaximumViews} views of this list, which is as many as there can be. Delete one that you no longer need.");
        }
        context.Add(view);
        return await SaveAsync(context, scope, view, "saved_view.created", null, cancellationToken);
    }

    public async Task<Outcome<SavedView>> UpdateAsync(AccessScope scope, Guid id, SavedViewDraft draft, CancellationToken cancellationToken)
    {
        await using var context = database.CreateContext(scope);
        var (view, refusal) = await FindAsync(context, scope, id, cancellationToken);
        if (refusal is not null)
        {
            return refusal;
        }
        var before = Describe(view!);
        if (await ApplyAsync(scope, view!, draft, cancellationToken) is { } invalid)
        {
            return invalid;
        }
        view!.UpdatedAt = time.GetUtcNow();
        return await SaveAsync(context, scope, view, "saved_view.updated", before, cancellationToken);
    }

    public async Task<Refusal?> DeleteAsync(AccessScope scope, Guid id, CancellationToken cancellationToken)
    {
        await using var context = database.CreateContext(scope);
        var (view, refusal) = await FindAsync(context, scope, id, cancellationToken);
        if (refusal is not null)
        {
            return refusal;
        }
        context.Remove(view!);
        await context.SaveChangesAsync(cancellationToken);
        await columns.ForgetViewAsync(id, cancellationToken);
        await RecordAsync(scope, "saved_view.deleted", view!, new { before = Describe(view!) }, cancellationToken);
        return null;
    }

    /// <summary>What is wrong with the expression of a draft; null when nothing is.</summary>
    public async Task<ExpressionError?> CheckAsync(string? expression, CancellationToken cancellationToken) =>
        string.IsNullOrWhiteSpace(expression) ? null : (await expressions.ParseAsync(expression, cancellationToken)).Error;

    async Task<Refusal?> ApplyAsync(AccessScope scope, SavedView view, SavedViewDraft draft, CancellationToken cancellationToken)
    {
        if (draft.Name is { } name)
        {
            var clean = name.Trim().Length > MaximumName ? "" : AgentText.Clean(name.Trim(), MaximumName);
            if (string.IsNullOrEmpty(clean))
            {
                return Refusal.Invalid("name_invalid", $"Give the view a name of 1 to {MaximumName} characters.");
            }
            view.Name = clean;
        }
        if (draft.Expression is { } expression)
        {
            if (await CheckAsync(expression, cancellationToken) is { } error)
            {
                return Refusal.Invalid("expression_invalid", $"{error.Message} (at character {error.Column})");
            }
            view.Expression = expression.Trim();
        }
        if (draft.Sort is { } sort)
        {
            if (sort.Length > 0 && !Sorts().IsMatch(sort))
            {
                return Refusal.Invalid("sort_invalid", "The order is a column's name, with a minus before it for the other way round.");
            }
            view.Sort = sort;
        }
        if (draft.Columns is { } chosen)
        {
            if (chosen.Length > MaximumColumns || chosen.Any(c => c is null || !Columns().IsMatch(c)))
            {
                return Refusal.Invalid("columns_invalid", $"Name up to {MaximumColumns} columns, such as name or custom.rack.");
            }
            view.Columns = [.. chosen.Distinct()];
        }
        // Whoever may no longer share can still take back what they shared.
        if (draft.IsShared == true && !view.IsShared && !scope.Can(Permissions.ViewsShare))
        {
            return Refusal.Forbidden("sharing_forbidden", "Your role does not allow sharing views. Keep it to yourself, or ask an administrator for the permission to share.");
        }
        view.IsShared = draft.IsShared ?? view.IsShared;
        return null;
    }

    async Task<Outcome<SavedView>> SaveAsync(BreezeDbContext context, AccessScope scope, SavedView view, string action, object? before, CancellationToken cancellationToken)
    {
        try
        {
            await context.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return TenantNames.Taken("a view of yours", view.Name);
        }
        await RecordAsync(scope, action, view, new { before, after = Describe(view) }, cancellationToken);
        return view;
    }

    static async Task<(SavedView? View, Refusal? Refusal)> FindAsync(BreezeDbContext context, AccessScope scope, Guid id, CancellationToken cancellationToken)
    {
        var view = await context.SavedViews.SingleOrDefaultAsync(v => v.Id == id, cancellationToken);
        return view is null ? (null, Refusal.NotFound("saved_view"))
            : view.UserId != scope.UserId ? (view, Refusal.Forbidden("view_of_other", "This view is somebody else's. Save a copy of it and change that."))
            : (view, null);
    }

    static object Describe(SavedView view) => new { name = view.Name, expression = view.Expression, sort = view.Sort, columns = view.Columns, is_shared = view.IsShared };

    Task RecordAsync(AccessScope scope, string action, SavedView view, object detail, CancellationToken cancellationToken) =>
        audit.WriteAsync(scope, new AuditRecord(action, "saved_view", view.Id.ToString()) { PartnerId = view.PartnerId, Detail = JsonSerializer.Serialize(detail) }, cancellationToken);

    [GeneratedRegex("^[a-z][a-z0-9_-]{0,63}$")]
    private static partial Regex Names();

    [GeneratedRegex("^-?[a-z][a-zA-Z0-9_.-]{0,62}$")]
    private static partial Regex Sorts();

    [GeneratedRegex("^[a-z][a-zA-Z0-9_. -]{0,80}$")]
    private static partial Regex Columns();
}
