using Breeze.Web.Frame;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Breeze.Web.Pages;

/// <summary>What happened, what it means, what to do, and an id to report.</summary>
[AllowAnonymous]
[IgnoreAntiforgeryToken]
[ResponseCache(NoStore = true)]
public sealed class ErrorModel(TenantView tenant) : PageModel
{
    public int Code { get; private set; }

    public string TraceId => TraceIds.Of(HttpContext);

    public string Heading => Code switch
    {
        404 when tenant.IsMissing => "Not found in your reach",
        400 => "The request was not understood",
        403 => "You may not see this",
        404 => "There is nothing here",
        _ => "Something went wrong on the server",
    };

    public string Advice => Code switch
    {
        404 when tenant.IsMissing => "The address names an organization or site that is gone or out of your reach, so nothing is shown. Choose another one above, or go on with all that you reach.",
        400 => "The page may have been open for too long. Go back, reload it and try again.",
        403 => "Your role does not include this page. An administrator can give you one that does.",
        404 => "The address is wrong, what it showed is gone, or it is out of your reach.",
        _ => "It has been logged. Try again; if it stays, report it with the trace id below.",
    };

    public void OnGet(int code) => Show(code);

    public void OnPost(int code) => Show(code);

    void Show(int code)
    {
        Code = code is >= 400 and < 600 ? code : 404;
        Response.StatusCode = Code;
    }
}
