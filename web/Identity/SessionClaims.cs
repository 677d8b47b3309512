using System.Security.Claims;
using Breeze.Core.Identity;

namespace Breeze.Web.Identity;

/// <summary>What a cookie and an access token say: who, and which session. Never what they may do.</summary>
static class SessionClaims
{
    const string User = "sub";
    const string Session = "sid";
    const string Stamp = "stamp";

    public static IEnumerable<Claim> Of(User user, Guid sessionId) =>
        [new(User, user.Id.ToString()), new(Session, sessionId.ToString()), new(Stamp, user.SecurityStamp.ToString())];

    public static bool TryRead(ClaimsPrincipal principal, out Guid userId, out Guid sessionId, out Guid stamp)
    {
        sessionId = stamp = default;
        return Guid.TryParse(principal.FindFirstValue(User), out userId)
            && Guid.TryParse(principal.FindFirstValue(Session), out sessionId) && Guid.TryParse(principal.FindFirstValue(Stamp), out stamp);
    }
}
