using Breeze.Core.Identity;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Breeze.Web.Pages.Dev;

/// <summary>Every component in every state; for developers alone.</summary>
[RequirePermission(Permissions.DevicesRead)]
public sealed class ComponentsModel(IWebHostEnvironment environment, TimeProvider time) : PageModel
{
    public static IReadOnlyList<string> States { get; } =
    [
        "online", "offline", "pending", "maintenance", "quarantined", "live", "not-live", "active", "failed", "leaked", "incompatible", "queued",
        "sent", "running", "completed", "timeout", "cancelled", "rejected", "expired", "disabled",
    ];

    public DateTimeOffset Now => time.GetUtcNow();

    public IActionResult OnGet() => environment.IsDevelopment() ? Page() : NotFound();
}
