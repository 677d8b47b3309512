using Breeze.Core.Devices.Views;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Web.Identity;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Api;

/// <summary>Views of lists: a filter, an order and columns under a name.</summary>
static class SavedViewEndpoints
{
    const string DefaultPage = "devices";

    /// <param name="IsOwn">Whether the caller made it, and so may change it.</param>
    public sealed record SavedViewItem(
        Guid Id, string Page, string Name, string Expression, string Sort, string[] Columns, bool IsShared, bool IsOwn, Guid UserId, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

    public sealed record CreateRequest(string? Page, string? Name, string? Expression, string? Sort, string[]? Columns, bool? IsShared);

    public sealed record UpdateRequest(string? Name, string? Expression, string? Sort, string[]? Columns, bool? IsShared);

    public static void MapSavedViews(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/saved-views").WithTags("Saved views").WithMetadata(new RequirePermissionAttribute(Permissions.DevicesRead));
        group.MapGet("", ListAsync).Produces<Page<SavedViewItem>>();
        group.MapPost("", CreateAsync).Produces<SavedViewItem>(201);
        group.MapPatch("/{id:guid}", UpdateAsync).Produces<SavedViewItem>();
        group.MapDelete("/{id:guid}", DeleteAsync).Produces(204);
    }

    /// <summary>One's own, and those that others share.</summary>
    static async Task<IResult> ListAsync(BreezeDbContext database, AccessScope scope, string? page, int? limit, string? cursor, CancellationToken cancellationToken)
    {
        if (!Cursor.TryDecode(cursor, out _, out var after))
        {
            return Cursor.Invalid();
        }
        var count = Cursor.Limit(limit);
        var views = await database.SavedViews.AsNoTracking().Where(v => v.Id > after && (page == null || v.Page == page)).OrderBy(v => v.Id).Take(count + 1).ToListAsync(cancellationToken);
        return Results.Ok(Page<SavedViewItem>.Cut([.. views.Select(v => Item(v, scope))], count, v => Cursor.Encode("", v.Id)));
    }

    static async Task<IResult> CreateAsync(CreateRequest request, SavedViews views, AccessScope scope, CancellationToken cancellationToken)
    {
        if (await views.CheckAsync(request.Expression, cancellationToken) is { } error)
        {
            return new ExpressionProblem(error);
        }
        var created = await views.CreateAsync(scope, request.Page ?? DefaultPage, new(request.Name, request.Expression, request.Sort, request.Columns, request.IsShared), cancellationToken);
        return created.Succeeded ? Results.Created($"/api/v1/saved-views/{created.Value.Id}", Item(created.Value, scope)) : created.Refusal.AsProblem();
    }

    static async Task<IResult> UpdateAsync(Guid id, UpdateRequest request, BreezeDbContext database, SavedViews views, AccessScope scope, CancellationToken cancellationToken)
    {
        var draft = new SavedViewDraft(request.Name, request.Expression, request.Sort, request.Columns, request.IsShared);
        if (draft.IsEmpty)
        {
            return await database.SavedViews.AnyAsync(v => v.Id == id, cancellationToken)
                ? ApiProblem.Invalid("nothing_to_change", "Send a name, an expression, an order, columns or is_shared.") : ApiProblem.NotFound("saved_view");
        }
        if (await views.CheckAsync(request.Expression, cancellationToken) is { } error)
        {
            return new ExpressionProblem(error);
        }
        var updated = await views.UpdateAsync(scope, id, draft, cancellationToken);
        return updated.Succeeded ? Results.Ok(Item(updated.Value, scope)) : updated.Refusal.AsProblem();
    }

    static async Task<IResult> DeleteAsync(Guid id, SavedViews views, AccessScope scope, CancellationToken cancellationToken) =>
        (await views.DeleteAsync(scope, id, cancellationToken)).OrNoContent();

    static SavedViewItem Item(SavedView view, AccessScope scope) => new(
        view.Id, view.Page, view.Name, view.Expression, view.Sort, view.Columns, view.IsShared, view.UserId == scope.UserId, view.UserId, view.CreatedAt, view.UpdatedAt);
}
