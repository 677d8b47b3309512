using Microsoft.AspNetCore.Http.Extensions;

namespace Breeze.Web.Frame;

/// <summary>The address of this very view with something changed.</summary>
public static class QueryLink
{
    public static string With(HttpRequest request, params ReadOnlySpan<(string Key, string? Value)> changes)
    {
        var query = new QueryBuilder();
        foreach (var (key, values) in request.Query)
        {
            if (!IsChanged(key, changes))
            {
                query.Add(key, values.Where(v => !string.IsNullOrEmpty(v)).Select(v => v!));
            }
        }
        foreach (var (key, value) in changes)
        {
            if (!string.IsNullOrEmpty(value))
            {
                query.Add(key, value);
            }
        }
        return request.Path + query.ToString();
    }

    static bool IsChanged(string key, ReadOnlySpan<(string Key, string? Value)> changes)
    {
        foreach (var change in changes)
        {
            if (change.Key == key)
            {
                return true;
            }
        }
        return false;
    }
}
