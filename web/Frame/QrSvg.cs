using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Html;
using QRCoder;

namespace Breeze.Web.Frame;

/// <summary>A QR code as SVG without styles, which the content security policy would not take.</summary>
public static class QrSvg
{
    public static IHtmlContent Of(string text, string label)
    {
        using var generator = new QRCodeGenerator();
        using var code = generator.CreateQrCode(text, QRCodeGenerator.ECCLevel.M);
        var rows = code.ModuleMatrix;
        var path = new StringBuilder();
        for (var y = 0; y < rows.Count; y++)
        {
            for (var x = 0; x < rows[y].Count; x++)
            {
                if (rows[y][x])
                {
                    path.Append(CultureInfo.InvariantCulture, $"M{x} {y}h1v1h-1z");
                }
            }
        }
        var size = rows.Count.ToString(CultureInfo.InvariantCulture);
        return new HtmlString(
            $"""<svg class="qr" role="img" aria-label="{System.Net.WebUtility.HtmlEncode(label)}" viewBox="0 0 {size} {size}" width="220" height="220" shape-rendering="crispEdges"><rect width="{size}" height="{size}" fill="#fff"/><path d="{path}" fill="#000"/></svg>""");
    }
}
