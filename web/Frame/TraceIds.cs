using System.Diagnostics;

namespace Breeze.Web.Frame;

/// <summary>The id under which the log knows a request.</summary>
public static class TraceIds
{
    public static string Of(HttpContext context) => Activity.Current?.TraceId.ToHexString() ?? context.TraceIdentifier;
}
