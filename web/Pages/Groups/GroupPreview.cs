using Breeze.Core.Devices;
using Breeze.Core.Expressions;
using Breeze.Core.Identity;
using Breeze.Core.Tenancy;

namespace Breeze.Web.Pages.Groups;

/// <summary>What an expression would find, told while it is typed. Without a text there is nothing to tell.</summary>
public sealed record GroupPreview(ExpressionError? Error, long? Count, bool IsEmpty)
{
    public static async Task<GroupPreview> OfAsync(DynamicGroups dynamic, AccessScope scope, string? text, Guid? organizationId, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(text) || !scope.Can(Permissions.DevicesRead))
        {
            return new(null, null, true);
        }
        var result = await dynamic.ParseAsync(text, cancellationToken);
        return result.IsValid ? new(null, await dynamic.CountAsync(scope, result.Expression, organizationId, cancellationToken), false) : new(result.Error, null, false);
    }
}
