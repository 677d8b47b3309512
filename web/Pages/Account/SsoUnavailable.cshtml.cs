using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Breeze.Web.Pages;

/// <summary>Says why a provider's way in is closed.</summary>
[AllowAnonymous]
public sealed class SsoUnavailableModel : PageModel
{
    public string Words { get; private set; } = "";

    public void OnGet(string? reason)
    {
        Words = reason switch
        {
            "provider_unreachable" => "The provider does not answer as it should. Try again in a moment, or sign in another way.",
            "provider_mismatch" => "The provider is set up wrongly: its discovery document belongs to another issuer. Ask your administrator.",
            _ => "There is no such sign-on, it is switched off, or its company is suspended. Check the address, or ask your administrator.",
        };
        Response.StatusCode = reason == "provider_unreachable" ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status404NotFound;
    }
}
