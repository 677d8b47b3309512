using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace Breeze.Web.Frame;

/// <summary>Keeps every page to the view in its address: what that names must be within reach, and where a form leads keeps it.</summary>
sealed class TenantFilter : IAsyncPageFilter
{
    public Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context) => Task.CompletedTask;

    public async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        var tenant = context.HttpContext.RequestServices.GetRequiredService<TenantView>();
        if (tenant.SiteId is null && tenant.OrganizationId is null)
        {
            await next();
            return;
        }
        await tenant.ResolveAsync(context.HttpContext.RequestAborted);
        if (tenant.IsMissing && !context.HttpContext.Request.Path.StartsWithSegments("/error"))
        {
            context.Result = new NotFoundResult();
            return;
        }
        var done = await next();
        if (done.Result is RedirectResult redirect)
        {
            redirect.Url = tenant.Link(redirect.Url);
        }
    }
}
