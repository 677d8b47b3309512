using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Integration.Tests.Support;
using Breeze.Testing;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OtpNet;

namespace Breeze.Browser.Tests;

/// <summary>Somebody of a test's own, in a window that is theirs, at a host name for which browsers allow passkeys.</summary>
sealed class SignInPerson : IAsyncDisposable
{
    public const string Password = "a few unrelated words";

    readonly Database _database;

    SignInPerson(Database database, User user, OpenPage open) => (_database, User, Open) = (database, user, open);

    public User User { get; }

    public OpenPage Open { get; }

    public IPage Page => Open.Page;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<SignInPerson> AddAsync(Site site, string theme = "light", int width = 1366)
    {
        var database = new Database(ServerDatabase.ConnectionStringOf(site.Server));
        var email = $"{Guid.NewGuid():n}@example.com";
        var user = new User { Id = Guid.CreateVersion7(), Email = email, NormalizedEmail = User.Normalize(email), DisplayName = "Grace Example", SecurityStamp = Guid.NewGuid() };
        user.PasswordHash = new PasswordHasher<User>().HashPassword(user, Password);
        await using var context = database.CreateSystemContext();
        var partner = await context.Partners.SingleAsync(p => p.IsPlatform, Token);
        context.Add(user);
        context.Add(new PartnerUser { Id = Guid.CreateVersion7(), PartnerId = partner.Id, UserId = user.Id, RoleId = BuiltInRoles.PartnerTechnician });
        await context.SaveChangesAsync(Token);
        return new(database, user, await site.OpenAsync(signedIn: false, theme, width, site.Url.Replace("127.0.0.1", "localhost", StringComparison.Ordinal)));
    }

    /// <summary>Gives the password, and waits for what comes then.</summary>
    public async Task EnterPasswordAsync(string lands = "/$")
    {
        await Open.GoAsync("/sign-in");
        await Page.FillAsync("#email", User.Email);
        await Page.FillAsync("#password", Password);
        await Page.ClickAsync("button:text-is('Sign in')");
        await ArriveAsync(lands);
    }

    public async Task ArriveAsync(string where)
    {
        await Page.ToBeAtAsync(where);
        await Page.WaitForFunctionAsync("() => document.documentElement.dataset.ready === 'true'");
    }

    public async Task SignOutAsync()
    {
        await Page.ClickAsync("#account-menu summary");
        await Page.ClickAsync("#account-menu button:has-text('Sign out')");
        await ArriveAsync("/sign-in$");
    }

    /// <summary>Sets the app up on the page; answers its secret and the recovery codes.</summary>
    public async Task<(byte[] Secret, string[] Codes)> SetUpAppAsync()
    {
        await Open.GoAsync("/account/security");
        await Page.ClickAsync("button:has-text('Set up an app')");
        var secret = Base32Encoding.ToBytes((await Page.TextContentAsync("#totp-secret"))!.Trim());
        await Page.FillAsync("#app-code", Code(secret, -1));
        await Page.ClickAsync("button:has-text('Turn on')");
        var codes = (await Page.TextContentAsync("#recovery-codes"))!.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return (secret, codes);
    }

    public static string Code(byte[] secret, int steps = 0) => new Totp(secret).ComputeTotp(DateTime.UtcNow.AddSeconds(30 * steps));

    /// <summary>As if they had signed in an hour ago.</summary>
    public async Task AgeAsync()
    {
        await using var context = _database.CreateSystemContext();
        await context.Sessions.Where(s => s.UserId == User.Id).ExecuteUpdateAsync(
            s => s.SetProperty(x => x.AuthenticatedAt, x => x.AuthenticatedAt.AddHours(-1)).SetProperty(x => x.MfaAt, x => x.MfaAt!.Value.AddHours(-1)), Token);
    }

    /// <summary>A security key that the browser only imagines, which is always unlocked.</summary>
    public async Task AddAuthenticatorAsync()
    {
        var devtools = await Page.Context.NewCDPSessionAsync(Page);
        await devtools.SendAsync("WebAuthn.enable");
        await devtools.SendAsync("WebAuthn.addVirtualAuthenticator", new()
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2", ["transport"] = "internal", ["hasResidentKey"] = true, ["hasUserVerification"] = true, ["isUserVerified"] = true,
                ["automaticPresenceSimulation"] = true,
            },
        });
    }

    public async ValueTask DisposeAsync()
    {
        await Open.DisposeAsync();
        await _database.DisposeAsync();
    }
}
