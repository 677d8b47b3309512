using Breeze.Core.Identity;
using Breeze.Web.Api;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Breeze.Web.Pages;

/// <summary>How pages answer a refusal of the core: the form again, with the words and what was typed.</summary>
static class FormAnswers
{
    /// <summary>404 for what is not there; the page again for everything else, with a status that the front end swaps.</summary>
    public static IActionResult Refused(this PageModel page, Refusal refusal)
    {
        if (refusal.Kind == RefusalKind.NotFound)
        {
            return page.NotFound();
        }
        page.Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return page.Page();
    }
}
