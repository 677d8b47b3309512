using Breeze.Core.Devices;
using Breeze.Core.Expressions;
using Breeze.Core.Identity;
using Breeze.Core.Tenancy;

namespace Breeze.Web.Pages.Groups;

/// <summary>What an expression would find, told while it is typed. Without a text there is nothing to tell.</summary>
public sealed record GroupPreview(string Text, ExpressionError? Error, FoundDevices? Found)
{
    const int Shown = 8;

    public static GroupPreview Empty { get; } = new("", null, null);

    public bool IsEmpty => Text.Length == 0;

    /// <summary>How many there are beside those that are shown.</summary>
    public long More => Found is null ? 0 : Found.Count - Found.First.Count;

    public static async Task<GroupPreview> OfAsync(DynamicGroups dynamic, AccessScope scope, string? text, Guid? organizationId, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(text) || !scope.Can(Permissions.DevicesRead))
        {
            return Empty;
        }
        // As a form sends it, and as it stands in the field again.
        text = text.ReplaceLineEndings("\n");
        var result = await dynamic.ParseAsync(text, cancellationToken);
        return result.IsValid ? new(text, null, await dynamic.FindAsync(scope, result.Expression, organizationId, Shown, cancellationToken)) : new(text, result.Error, null);
    }
}
