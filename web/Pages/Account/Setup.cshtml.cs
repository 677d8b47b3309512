using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages;

/// <summary>The first run, behind a link that works once; afterwards this page does not exist.</summary>
[AllowAnonymous]
public sealed class SetupModel(SetupService setup, CookieSignIn cookie, Database database) : PageModel
{
    [BindProperty]
    public Form Input { get; set; } = new();

    public string? Error { get; private set; }

    public IActionResult OnGet(string token) => setup.IsValidToken(token) ? Page() : NotFound();

    public async Task<IActionResult> OnPostAsync(string token, CancellationToken cancellationToken)
    {
        if (!setup.IsValidToken(token))
        {
            return NotFound();
        }
        var result = await setup.CompleteAsync(
            token,
            new(Input.Email ?? "", Input.Password ?? "", Input.DisplayName ?? "", Input.PartnerName ?? "", Input.OrganizationName ?? "", Input.SiteName ?? ""),
            cancellationToken);
        if (result.UserId is not { } userId)
        {
            Error = result.Error;
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            return Page();
        }
        await using var context = database.CreateSystemContext();
        await cookie.SignInAsync(HttpContext, await context.Users.SingleAsync(u => u.Id == userId, cancellationToken), SignInMethods.Setup, withMfa: false, cancellationToken);
        return Redirect("/devices");
    }

    /// <summary>What the first run asks for.</summary>
    public sealed class Form
    {
        public string? DisplayName { get; set; }
        public string? Email { get; set; }
        public string? Password { get; set; }
        public string? PartnerName { get; set; }
        public string? OrganizationName { get; set; }
        public string? SiteName { get; set; }
    }
}
