using System.Buffers.Text;
using Breeze.Core.Auditing;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Core.Transport;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages;

/// <summary>A person's own password, second factors and sessions.</summary>
[SignedIn]
[RequireStepUp(Handlers = "begin,enable,disable,renewcodes,passkeyoptions,addpasskey,renamepasskey,removepasskey")]
public sealed class SecurityModel(
    Database database, AccessScope scope, Confirmations confirmations, PasswordChanges passwords, AuthenticatorApp app, RecoveryCodes codes, SecondFactors factors,
    FactorChanges changes, Passkeys passkeys, Sessions sessions, CookieSignIn cookie, IAuditLog audit) : PageModel
{
    public User Person { get; private set; } = null!;

    public SecondFactors.State Factors { get; private set; } = new(false, 0);

    public IReadOnlyList<UserPasskey> PasskeyRows { get; private set; } = [];

    public IReadOnlyList<UserSession> SessionRows { get; private set; } = [];

    public int CodesLeft { get; private set; }

    /// <summary>Whether a partner or role asks for a second factor and there is none yet.</summary>
    public bool MustSetUp { get; private set; }

    /// <summary>The secret of an authenticator app that is being set up.</summary>
    public string? Secret { get; private set; }

    /// <summary>Recovery codes just made; they are never shown again.</summary>
    public IReadOnlyList<string> NewCodes { get; private set; } = [];

    public string? Notice { get; private set; }

    /// <summary>What went wrong, and in which part of the page.</summary>
    public (string Part, string Text)? Error { get; private set; }

    public Guid? CurrentSession => scope.SessionId;

    /// <summary>Passkeys belong to a name: an address in numbers cannot have any.</summary>
    public bool HostIsNumeric => System.Net.IPAddress.TryParse(Request.Host.Host.Trim('[', ']'), out _);

    public static string KeyOf(UserPasskey passkey) => Base64Url.EncodeToString(passkey.CredentialId);

    public string? ErrorIn(string part) => Error?.Part == part ? Error.Value.Text : null;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => await ShowAsync(cancellationToken);

    public async Task<IActionResult> OnPostPasswordAsync(string? present, string? next, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(present) || string.IsNullOrEmpty(next))
        {
            return await FailAsync("password", "Enter your present password and the new one.", cancellationToken);
        }
        // Before the present one is checked: a try that cannot succeed shall not count.
        if (PasswordRules.Check(next) is { } problem)
        {
            return await FailAsync("password", problem, cancellationToken);
        }
        if (await confirmations.PasswordAsync(scope, present, cancellationToken) is { } refusal)
        {
            return await FailAsync("password", this.ErrorOf(refusal), cancellationToken);
        }
        var result = await passwords.SetAsync(scope, scope.UserId!.Value, next, scope.SessionId, "user.password_changed", cancellationToken);
        if (!result.Succeeded)
        {
            return await FailAsync("password", result.Error, cancellationToken);
        }
        await cookie.IssueAsync(HttpContext, result.User, scope.SessionId!.Value);
        return await SucceedAsync("Your password is changed, and you are signed out everywhere else.", cancellationToken);
    }

    public async Task<IActionResult> OnPostBeginAsync(CancellationToken cancellationToken)
    {
        Secret = await app.BeginAsync(scope.UserId!.Value, cancellationToken);
        return Secret is null ? await FailAsync("app", "An authenticator app is set up already. Turn it off first to set up another.", cancellationToken) : await ShowAsync(cancellationToken);
    }

    public async Task<IActionResult> OnPostEnableAsync(string? code, CancellationToken cancellationToken)
    {
        if (await changes.EnableAppAsync(scope, code ?? "", cancellationToken) is not { } made)
        {
            Secret = await app.BeginAsync(scope.UserId!.Value, cancellationToken);
            return await FailAsync("app", "That code is not right. Enter the six digits that the app shows now; check that the clock of your phone is right.", cancellationToken);
        }
        NewCodes = made;
        return await SucceedAsync("Your authenticator app is set up.", cancellationToken);
    }

    public async Task<IActionResult> OnPostDisableAsync(CancellationToken cancellationToken) =>
        await changes.DisableAppAsync(scope, cancellationToken) is { } problem
            ? await FailAsync("app", problem, cancellationToken) : await SucceedAsync("The authenticator app is turned off.", cancellationToken);

    public async Task<IActionResult> OnPostRenewCodesAsync(CancellationToken cancellationToken)
    {
        if (!scope.HasMfa)
        {
            return await FailAsync("codes", "Recovery codes come with a second factor. Set one up first.", cancellationToken);
        }
        NewCodes = await changes.RenewCodesAsync(scope, cancellationToken);
        return await SucceedAsync("The old recovery codes do not work any more.", cancellationToken);
    }

    public async Task<IActionResult> OnPostPasskeyOptionsAsync(CancellationToken cancellationToken)
    {
        await LoadPersonAsync(cancellationToken);
        return PasskeyAnswers.Of(await passkeys.BeginCreationAsync(HttpContext, Person));
    }

    public async Task<IActionResult> OnPostAddPasskeyAsync(string? name, string? credential, string? state, CancellationToken cancellationToken)
    {
        await LoadPersonAsync(cancellationToken);
        if (await passkeys.EndCreationAsync(HttpContext, Person, credential, state) is not { } passkey)
        {
            return await FailAsync("passkeys", "The passkey could not be accepted. Try again.", cancellationToken);
        }
        passkey.Name = name;
        NewCodes = await changes.AddPasskeyAsync(scope, passkey, cancellationToken);
        return await SucceedAsync("The passkey is added. You can sign in with it from now on.", cancellationToken);
    }

    public async Task<IActionResult> OnPostRenamePasskeyAsync(string? id, string? name, CancellationToken cancellationToken)
    {
        var clean = AgentText.Clean(name ?? "", 100);
        return clean.Length == 0 ? await FailAsync("passkeys", "Give the passkey a name.", cancellationToken)
            : Read(id) is { } key && await changes.RenamePasskeyAsync(scope, key, clean, cancellationToken) ? await SucceedAsync("The passkey is renamed.", cancellationToken)
            : await FailAsync("passkeys", "That passkey is not there any more.", cancellationToken);
    }

    public async Task<IActionResult> OnPostRemovePasskeyAsync(string? id, CancellationToken cancellationToken)
    {
        var problem = Read(id) is { } key ? await changes.RemovePasskeyAsync(scope, key, cancellationToken) : "That passkey is not there any more.";
        return problem is null ? await SucceedAsync("The passkey is removed here. You may delete it from your device as well.", cancellationToken)
            : await FailAsync("passkeys", problem, cancellationToken);
    }

    public async Task<IActionResult> OnPostRevokeAsync(Guid id, CancellationToken cancellationToken)
    {
        if (!await sessions.EndAsync(scope.UserId!.Value, id, cancellationToken))
        {
            return await FailAsync("sessions", "That session has ended already.", cancellationToken);
        }
        await audit.WriteAsync(scope, new AuditRecord("session.revoked", "session", id.ToString()), cancellationToken);
        return id == scope.SessionId ? Redirect("/sign-in") : await SucceedAsync("The session is ended.", cancellationToken);
    }

    public async Task<IActionResult> OnPostRevokeOthersAsync(CancellationToken cancellationToken)
    {
        var ended = await sessions.EndAllAsync(scope.UserId!.Value, scope.SessionId, cancellationToken);
        await audit.WriteAsync(scope, new AuditRecord("session.revoked_others", "user", scope.UserId.ToString()!) { Detail = $$"""{"sessions":{{ended}}}""" }, cancellationToken);
        return await SucceedAsync(ended == 1 ? "One other session is ended." : $"{ended} other sessions are ended.", cancellationToken);
    }

    static byte[]? Read(string? id) => id is { Length: > 0 and < 2000 } && Base64Url.IsValid(id) ? Base64Url.DecodeFromChars(id) : null;

    async Task<IActionResult> SucceedAsync(string notice, CancellationToken cancellationToken)
    {
        Notice = notice;
        return await ShowAsync(cancellationToken);
    }

    async Task<IActionResult> FailAsync(string part, string text, CancellationToken cancellationToken)
    {
        Error = (part, text);
        if (Response.StatusCode == StatusCodes.Status200OK)
        {
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        }
        return await ShowAsync(cancellationToken);
    }

    async Task<IActionResult> ShowAsync(CancellationToken cancellationToken)
    {
        Response.Headers.CacheControl = "no-store";
        await LoadPersonAsync(cancellationToken);
        await using var context = database.CreateSystemContext();
        PasskeyRows = await context.Passkeys.AsNoTracking().Where(k => k.UserId == Person.Id).OrderBy(k => k.CreatedAt).ToListAsync(cancellationToken);
        Factors = new(Person.MfaEnabled, PasskeyRows.Count);
        CodesLeft = await codes.CountAsync(Person.Id, cancellationToken);
        SessionRows = await sessions.ListAsync(Person.Id, cancellationToken);
        MustSetUp = !Factors.Any && (scope.MustSetUpMfa || await factors.IsRequiredAsync(Person.Id, cancellationToken));
        return Page();
    }

    async Task LoadPersonAsync(CancellationToken cancellationToken)
    {
        await using var context = database.CreateSystemContext();
        Person = await context.Users.AsNoTracking().SingleAsync(u => u.Id == scope.UserId, cancellationToken);
    }
}
