using Breeze.Core.Devices.Views;
using Breeze.Core.Identity;
using Breeze.Web.Frame;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.Devices;

/// <summary>What the list shows and under which name: filter, columns, saved views.</summary>
public sealed partial class IndexModel
{
    const int MostCustomFields = 50;

    /// <summary>The columns in force.</summary>
    public IReadOnlyList<DeviceColumn> Columns { get; private set; } = [];

    /// <summary>The columns that could be.</summary>
    public IReadOnlyList<DeviceColumn> AllColumns { get; private set; } = [];

    /// <summary>The view in the address.</summary>
    public SavedView? View { get; private set; }

    public bool OwnsView => View?.UserId == scope.UserId;

    public bool CanShare => scope.Can(Permissions.ViewsShare);

    /// <summary>Where a person's own choice of columns is kept.</summary>
    string ColumnsKey => View is { } view ? TableColumns.OfView(view.Id) : DeviceColumn.Page;

    /// <summary>One's own and those that others share, with the name of who made them.</summary>
    public IReadOnlyList<(SavedView View, string? By)> Views { get; private set; } = [];

    /// <summary>Whether something other than what the view says is shown.</summary>
    public bool IsChanged => View is { } view
        && (Filter.AsExpression(null) != view.Expression || Filter.Group is not null || (Filter.Sort ?? "") != view.Sort);

    /// <summary>How many devices match, for a list that is on screen already.</summary>
    public async Task<IActionResult> OnGetCountAsync(CancellationToken cancellationToken)
    {
        if (!await ReadViewAsync(cancellationToken) || Filter.Error is not null)
        {
            return NotFound();
        }
        Total = await list.CountAsync(Filter, cancellationToken);
        return Partial("_Count", this);
    }

    /// <summary>What could come next in the filter; the API's answer, for whom the browser's cookie speaks.</summary>
    public async Task<IActionResult> OnGetCompleteAsync(string? text, int? caret, CancellationToken cancellationToken)
    {
        var found = await completion.CompleteAsync(scope, text ?? "", caret ?? text?.Length ?? 0, cancellationToken);
        return new JsonResult(found.Select(s => new { insert = s.Insert, label = s.Label, description = s.Description, start = s.Start, length = s.Length }));
    }

    /// <summary>The dialog of columns.</summary>
    public async Task<IActionResult> OnGetColumnsAsync(CancellationToken cancellationToken)
    {
        await ReadElsewhereAsync(cancellationToken);
        var keys = await database.Database.SqlQuery<string>(
            $"SELECT DISTINCT k AS \"Value\" FROM devices d CROSS JOIN LATERAL jsonb_object_keys(d.custom_fields) AS k WHERE d.custom_fields <> '{{}}' LIMIT {MostCustomFields}").ToListAsync(cancellationToken);
        var all = DeviceColumn.BuiltIn.Concat(keys.Order(StringComparer.Ordinal).Select(k => DeviceColumn.Find("custom." + k)).OfType<DeviceColumn>());
        AllColumns = [.. Columns, .. all.Where(c => Columns.All(chosen => chosen.Id != c.Id))];
        return Partial("_Columns", this);
    }

    /// <summary>Keeps the chosen columns: in the view, if it is one's own, or else for oneself, in somebody else's view or in the list.</summary>
    public async Task<IActionResult> OnPostColumnsAsync([FromForm] string[] column, [FromForm] bool reset, CancellationToken cancellationToken)
    {
        await ReadElsewhereAsync(cancellationToken);
        string[] chosen = reset ? [] : [.. DeviceColumn.Of(column).Select(c => c.Id)];
        if (OwnsView)
        {
            var updated = await savedViews.UpdateAsync(scope, View!.Id, new(Columns: chosen), cancellationToken);
            return updated.Succeeded ? GoTo(Link()) : Refused(updated.Refusal);
        }
        await tableColumns.WriteAsync(scope, ColumnsKey, chosen, cancellationToken);
        return GoTo(Link());
    }

    /// <summary>Saves what is shown under a name.</summary>
    public async Task<IActionResult> OnPostSaveViewAsync([FromForm] string? name, [FromForm] bool share, CancellationToken cancellationToken)
    {
        await ReadElsewhereAsync(cancellationToken);
        var created = await savedViews.CreateAsync(
            scope, DeviceColumn.Page, new(name, await ExpressionAsync(cancellationToken), Filter.Sort ?? "", [.. Columns.Select(c => c.Id)], share), cancellationToken);
        if (!created.Succeeded)
        {
            return Refused(created.Refusal);
        }
        Response.Toast($"Saved the view “{created.Value.Name}”.");
        return GoTo(tenant.Link($"/devices?view={created.Value.Id}"));
    }

    /// <summary>Changes the view in the address: <c>overwrite</c>, <c>rename</c>, <c>duplicate</c>, <c>share</c>, <c>unshare</c> or <c>delete</c>.</summary>
    public async Task<IActionResult> OnPostChangeViewAsync([FromForm] string? change, [FromForm] string? name, CancellationToken cancellationToken)
    {
        await ReadElsewhereAsync(cancellationToken);
        if (View is not { } view)
        {
            return Refused(Refusal.NotFound("saved_view"));
        }
        if (change == "delete")
        {
            return await savedViews.DeleteAsync(scope, view.Id, cancellationToken) is { } refusal ? Refused(refusal) : GoTo(tenant.Link("/devices"));
        }
        var done = change switch
        {
            "overwrite" => await savedViews.UpdateAsync(scope, view.Id, new(Expression: await ExpressionAsync(cancellationToken), Sort: Filter.Sort ?? "", Columns: [.. Columns.Select(c => c.Id)]), cancellationToken),
            "rename" => await savedViews.UpdateAsync(scope, view.Id, new(name ?? ""), cancellationToken),
            "share" or "unshare" => await savedViews.UpdateAsync(scope, view.Id, new(IsShared: change == "share"), cancellationToken),
            "duplicate" => await savedViews.CreateAsync(scope, view.Page, new(name ?? "", view.Expression, view.Sort, view.Columns, false), cancellationToken),
            _ => Refusal.Invalid("change_invalid", "Choose what to do with the view."),
        };
        return done.Succeeded ? GoTo(tenant.Link($"/devices?view={done.Value.Id}")) : Refused(done.Refusal);
    }

    /// <summary>The address of this list with something changed. What the view says is not repeated, and what is empty against the view is.</summary>
    public string Link(params ReadOnlySpan<(string Key, string? Value)> changes)
    {
        var values = new Dictionary<string, string?>
        {
            ["view"] = View?.Id.ToString(), ["q"] = Filter.Text ?? "", ["status"] = Filter.Status, ["os"] = Filter.System, ["group"] = Filter.Group?.ToString(), ["sort"] = Filter.Sort ?? "",
        };
        foreach (var (key, value) in changes)
        {
            values[key] = value ?? "";
        }
        var query = new QueryBuilder();
        foreach (var (key, value) in values)
        {
            var usual = View is null ? "" : key switch { "q" => View.Expression, "sort" => View.Sort, _ => "" };
            if ((value ?? "") != usual)
            {
                query.Add(key, value ?? "");
            }
        }
        return tenant.Link("/devices" + query);
    }

    /// <summary>What narrows the list, each with the address of the list without it.</summary>
    public IEnumerable<(string Label, string Without)> Chips()
    {
        if (!string.IsNullOrWhiteSpace(Filter.Text))
        {
            yield return (Filter.Text, Link(("q", null)));
        }
        if (!string.IsNullOrEmpty(Filter.Status))
        {
            yield return ($"Status: {Filter.StatusWord}", Link(("status", null)));
        }
        if (!string.IsNullOrEmpty(Filter.System))
        {
            yield return ($"System: {DeviceFilter.Systems.FirstOrDefault(s => s.Value == Filter.System).Label ?? Filter.System}", Link(("os", null)));
        }
        if (Filter.Group is not null)
        {
            yield return ("Group", Link(("group", null)));
        }
    }

    /// <summary>Reads the filter with the view that it may name, and the columns; false when there is no such view.</summary>
    async Task<bool> ReadViewAsync(CancellationToken cancellationToken, Dictionary<string, string>? elsewhere = null)
    {
        if (Filter.View is { } id)
        {
            View = await database.SavedViews.AsNoTracking().SingleOrDefaultAsync(v => v.Id == id && v.Page == DeviceColumn.Page, cancellationToken);
            if (View is null)
            {
                return false;
            }
            Filter.Text = elsewhere?.ContainsKey("q") ?? Request.Query.ContainsKey("q") ? Filter.Text : View.Expression;
            Filter.Sort = elsewhere?.ContainsKey("sort") ?? Request.Query.ContainsKey("sort") ? Filter.Sort : View.Sort;
        }
        await Filter.ReadAsync(expressions, cancellationToken);
        // In somebody else's view the person's own choice for it comes first.
        var connection = await database.ConnectAsync(cancellationToken);
        var chosen = OwnsView ? null : await TableColumns.ReadAsync(connection, scope, ColumnsKey, cancellationToken);
        Columns = DeviceColumn.Of(chosen ?? (View is { Columns.Length: > 0 } view ? view.Columns : View is null ? null : await TableColumns.ReadAsync(connection, scope, DeviceColumn.Page, cancellationToken)));
        return true;
    }

    /// <summary>Forms act on what is on screen, which is what the browser's address says, not the one that they were loaded with.</summary>
    async Task ReadElsewhereAsync(CancellationToken cancellationToken)
    {
        var query = Elsewhere();
        if (query is not null)
        {
            string? Value(string key) => query.GetValueOrDefault(key) is { Length: > 0 } text ? text : null;
            Filter = new DeviceFilter
            {
                Text = Value("q"), Status = Value("status"), System = Value("os"), Sort = Value("sort"),
                Group = Guid.TryParse(Value("group"), out var group) ? group : null, View = Guid.TryParse(Value("view"), out var view) ? view : null,
            };
        }
        await ReadViewAsync(cancellationToken, query);
    }

    Dictionary<string, string>? Elsewhere() =>
        Uri.TryCreate(Request.Headers["HX-Current-URL"], UriKind.Absolute, out var url)
            ? QueryHelpers.ParseQuery(url.Query).ToDictionary(q => q.Key, q => q.Value.ToString()) : null;

    async Task<string> ExpressionAsync(CancellationToken cancellationToken) => Filter.AsExpression(
        Filter.Group is { } group ? await database.DeviceGroups.Where(g => g.Id == group).Select(g => g.Name).SingleOrDefaultAsync(cancellationToken) : null);

    /// <summary>Says what is wrong with the filter; the list that is on screen stays.</summary>
    async Task<IActionResult> ExplainAsync(CancellationToken cancellationToken)
    {
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        if (Request.WantsPartial())
        {
            Response.Headers["HX-Retarget"] = "#filter-problem";
            Response.Headers["HX-Reswap"] = "innerHTML";
            Response.Headers["HX-Push-Url"] = "false";
            return Partial("_FilterProblem", this);
        }
        await ReadChoicesAsync(cancellationToken);
        return Page();
    }

    async Task ReadChoicesAsync(CancellationToken cancellationToken)
    {
        Groups = await Choices.GroupsAsync(database, scope, tenant, cancellationToken);
        var views = await (from v in database.SavedViews.AsNoTracking()
                           join u in database.Users on v.UserId equals u.Id into owners
                           from owner in owners.DefaultIfEmpty()
                           where v.Page == DeviceColumn.Page
                           orderby v.Name, v.Id
                           select new { View = v, By = owner.DisplayName }).ToListAsync(cancellationToken);
        Views = [.. views.Select(v => (v.View, v.View.UserId == scope.UserId ? null : v.By ?? "somebody"))];
    }

    StatusCodeResult GoTo(string path)
    {
        Response.Headers["HX-Redirect"] = path;
        return StatusCode(StatusCodes.Status204NoContent);
    }
}
