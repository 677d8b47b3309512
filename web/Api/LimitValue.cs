using System.Text.Json;
using Breeze.Core.Tenancy;

namespace Breeze.Web.Api;

/// <summary>A limit in a JSON body: absent leaves it, null lifts it, a number sets it.</summary>
static class LimitValue
{
    public static bool TryRead(JsonElement value, out Change<int?> change)
    {
        change = value.ValueKind switch
        {
            JsonValueKind.Undefined => default,
            JsonValueKind.Null => new(true, null),
            JsonValueKind.Number when value.TryGetInt32(out var number) => new(true, number),
            _ => new(true, -1),
        };
        return change.Value is not -1;
    }

    public static IResult Invalid() => ApiProblem.Invalid("max_devices_invalid", "max_devices is a whole number from 1 to 1000000, or null for no limit.");
}
