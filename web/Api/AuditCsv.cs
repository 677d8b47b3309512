using System.Text;
using Breeze.Core.Auditing;
using Breeze.Core.Storage;
using Breeze.Web.Frame;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Api;

/// <summary>The audit log as a file. Read in pages, so that neither memory nor a transaction grows with its length.</summary>
sealed class AuditCsv(BreezeDbContext database, AuditFilter filter) : IResult
{
    const int PageSize = 1000;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var cancellationToken = httpContext.RequestAborted;
        httpContext.Response.ContentType = "text/csv; charset=utf-8";
        httpContext.Response.Headers.ContentDisposition = $"attachment; filename=\"breeze-audit-{DateTimeOffset.UtcNow:yyyy-MM-dd}.csv\"";
        await httpContext.Response.WriteAsync(
            CsvLine.Of("time", "sequence", "actor", "actor_kind", "actor_id", "action", "target_kind", "target_id", "organization_id", "address", "detail"), Encoding.UTF8, cancellationToken);
        (DateTimeOffset, Guid)? after = null;
        while (true)
        {
            var page = await filter.Page(database.AuditLog.AsNoTracking(), after).Take(PageSize).ToListAsync(cancellationToken);
            var text = new StringBuilder();
            foreach (var e in page)
            {
                text.Append(CsvLine.Of(
                    e.At.UtcDateTime.ToString("O"), $"{e.Sequence}", e.ActorName, e.ActorKind, $"{e.ActorId}", e.Action, e.TargetKind, e.TargetId, $"{e.OrganizationId}", e.Address, e.Detail));
            }
            await httpContext.Response.WriteAsync(text.ToString(), Encoding.UTF8, cancellationToken);
            if (page.Count < PageSize)
            {
                return;
            }
            after = (page[^1].At, page[^1].Id);
        }
    }
}
