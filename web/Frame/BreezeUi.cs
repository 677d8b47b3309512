using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Breeze.Web.Frame;

/// <summary>The web UI's part in the server: its services, its routes, and what goes around every answer.</summary>
public static class BreezeUi
{
    public static IServiceCollection AddBreezeUi(this IServiceCollection services)
    {
        services.AddRazorPages(options =>
        {
            options.Conventions.Add(new Pages.Roles.RoleRoutes());
            // JSON posts and htmx posts alike carry the token; the body's hx-headers send it.
            options.Conventions.ConfigureFilter(new AutoValidateAntiforgeryTokenAttribute());
            options.Conventions.ConfigureFilter(new TenantFilter());
        });
        services.AddAntiforgery(options =>
        {
            options.HeaderName = "RequestVerificationToken";
            options.Cookie.Name = "breeze-antiforgery";
            options.Cookie.HttpOnly = true;
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });
        services.AddHttpContextAccessor();
        services.AddSingleton<AssetStore>();
        services.AddScoped<TenantView>();
        services.AddScoped<Pages.DeviceList>();
        services.AddScoped<Pages.DeviceCharts>();
        services.AddScoped<Pages.DeviceCommands>();
        services.AddScoped<Pages.DeviceRuntimes>();
        services.AddScoped<Pages.Actions.RunningWork>();
        return services;
    }

    /// <summary>Maps the pages and the bundled assets.</summary>
    public static IEndpointRouteBuilder MapBreezeUi(this IEndpointRouteBuilder routes)
    {
        routes.MapBreezeAssets();
        routes.MapRazorPages();
        return routes;
    }

    /// <summary>Pages for the status codes of pages; the API answers problem details itself.</summary>
    public static IApplicationBuilder UseBreezeErrorPages(this IApplicationBuilder app) => app.UseWhen(
        context => !context.Request.Path.StartsWithSegments("/api") && !context.Request.Path.StartsWithSegments("/ws"),
        pages => pages.UseStatusCodePagesWithReExecute("/error/{0}"));
}
