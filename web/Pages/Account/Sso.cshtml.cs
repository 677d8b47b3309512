using Breeze.Core.Identity;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Breeze.Web.Pages;

/// <summary>Finds a company's sign-on by the domain of an address.</summary>
[AllowAnonymous]
public sealed class SsoModel(SsoProviders providers) : PageModel
{
    [FromQuery(Name = "email")]
    public string? Email { get; set; }

    [FromQuery(Name = "return")]
    public string? Return { get; set; }

    public IReadOnlyList<SsoChoice> Choices { get; private set; } = [];

    public string? Error { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        if (Email is null)
        {
            return;
        }
        Choices = EmailAddress.IsValid(Email.Trim()) ? await providers.OfDomainAsync(EmailAddress.DomainOf(Email.Trim()), cancellationToken) : [];
        Error = Choices.Count > 0 ? null : "No company signs in with addresses of that domain. Check the address, or sign in with your password.";
    }
}
