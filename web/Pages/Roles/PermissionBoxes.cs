using Breeze.Core.Identity;
using Breeze.Core.Tenancy;

namespace Breeze.Web.Pages.Roles;

/// <summary>Permissions as boxes to tick, in their groups. What somebody does not hold they cannot tick; what is ticked already they can take away.</summary>
public sealed record PermissionBoxes(string Id, IReadOnlyList<PermissionGroup> Groups, bool All, bool MayTickAll, bool IsFixed)
{
    public static PermissionBoxes Of(AccessScope scope, string id, IReadOnlyCollection<string> ticked, bool isFixed = false) => new(
        id,
        [
            .. PermissionCatalog.All.Where(p => scope.IsPlatform || !p.IsPlatformOnly).GroupBy(p => p.Group).Select(g => new PermissionGroup(g.Key,
                [.. g.Select(p => new PermissionBox(p.Name, p.Title, ticked.Contains(p.Name), scope.Can(p.Name)))], Wildcards(scope, g, ticked))),
        ],
        ticked.Contains("*"), scope.Can("*"), isFixed);

    /// <summary>“All of a resource”, also what is added to it later.</summary>
    static PermissionBox[] Wildcards(AccessScope scope, IEnumerable<PermissionInfo> group, IReadOnlyCollection<string> ticked) =>
    [
        .. group.GroupBy(p => p.Name[..p.Name.IndexOf(':', StringComparison.Ordinal)]).Where(r => r.Count() > 1 || ticked.Contains(r.Key + ":*"))
            .Select(r => new PermissionBox(r.Key + ":*", $"Everything about {r.Key.Replace('_', ' ')}, also what is added later", ticked.Contains(r.Key + ":*"), scope.Can(r.Key + ":*"))),
    ];
}

/// <summary>What belongs together.</summary>
public sealed record PermissionGroup(string Name, IReadOnlyList<PermissionBox> Boxes, IReadOnlyList<PermissionBox> Wildcards);

/// <summary>One permission.</summary>
public sealed record PermissionBox(string Name, string Title, bool IsTicked, bool IsHeld);
