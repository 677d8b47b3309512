using Microsoft.AspNetCore.Mvc.ApplicationModels;

namespace Breeze.Web.Pages.Roles;

/// <summary>The editor has a second address, for a role that does not exist yet.</summary>
sealed class RoleRoutes : IPageRouteModelConvention
{
    public void Apply(PageRouteModel model)
    {
        if (model.ViewEnginePath == "/Roles/Edit")
        {
            model.Selectors.Add(new SelectorModel { AttributeRouteModel = new AttributeRouteModel { Template = "/roles/new" } });
        }
    }
}
