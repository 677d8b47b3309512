using Breeze.Core.Devices.Bulk;
using Breeze.Core.Storage;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.Actions;

/// <summary>Reads the address of the device list as the list itself does, for an action on all that it finds.</summary>
static class ListAddress
{
    /// <summary>Null when the address names a saved view that is not there any more.</summary>
    public static async Task<BulkFilter?> ReadAsync(BreezeDbContext database, string? query, CancellationToken cancellationToken)
    {
        var values = QueryHelpers.ParseQuery(query);
        string? Text(string name) => values.TryGetValue(name, out var value) && !string.IsNullOrWhiteSpace(value) ? value.ToString() : null;
        // What is no id fits nothing, and not everything.
        Guid? Id(string name) => Text(name) is not { } text ? null : Guid.TryParse(text, out var id) ? id : Guid.Empty;
        var expression = Text("q");
        if (Id("view") is { } id)
        {
            var view = await database.SavedViews.AsNoTracking().SingleOrDefaultAsync(v => v.Id == id && v.Page == DeviceColumn.Page, cancellationToken);
            if (view is null)
            {
                return null;
            }
            expression = values.ContainsKey("q") ? expression : view.Expression;
        }
        return new()
        {
            Expression = expression, Status = Text("status"), System = Text("os"), GroupId = Id("group"), OrganizationId = Id("org"), SiteId = Id("site"),
        };
    }
}
