namespace Breeze.Web.Api;

/// <summary>The tenant tree: partners, organizations, sites, groups, and the moves of devices in it.</summary>
static class TenancyEndpoints
{
    public static void MapTenancy(this IEndpointRouteBuilder routes)
    {
        routes.MapPartners();
        routes.MapOrganizations();
        routes.MapSites();
        routes.MapGroups();
        routes.MapSavedViews();
        routes.MapExpressions();
        routes.MapDeviceMoves();
        routes.MapBulkActions();
    }
}
