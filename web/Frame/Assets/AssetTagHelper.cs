using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace Breeze.Web.Frame;

/// <summary><c>&lt;script asset="app.js"&gt;</c> and <c>&lt;link asset="style.css"&gt;</c>: the hashed file with its integrity and the answer's nonce.</summary>
[HtmlTargetElement("script", Attributes = "asset")]
[HtmlTargetElement("link", Attributes = "asset", TagStructure = TagStructure.WithoutEndTag)]
public sealed class AssetTagHelper(AssetStore assets) : TagHelper
{
    public required string Asset { get; set; }

    [ViewContext, HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var asset = assets.Find(Asset);
        if (output.TagName == "link")
        {
            output.Attributes.SetAttribute("rel", "stylesheet");
            output.Attributes.SetAttribute("href", AssetStore.Route + asset.File);
        }
        else
        {
            output.Attributes.SetAttribute("src", AssetStore.Route + asset.File);
            output.Attributes.SetAttribute("nonce", ViewContext.HttpContext.CspNonce());
        }
        output.Attributes.SetAttribute("integrity", asset.Integrity);
    }
}
