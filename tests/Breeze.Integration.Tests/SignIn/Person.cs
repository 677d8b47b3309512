using System.Net.Http.Headers;
using System.Text.Json;
using Breeze.Core.Identity;
using Breeze.Integration.Tests.Support;
using Breeze.Testing;
using Microsoft.AspNetCore.Identity;
using OtpNet;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.SignIn;

/// <summary>Somebody of this test's own, and what they do at the door.</summary>
sealed class Person(SharedServer shared, Guid id, string email)
{
    public const string Password = "a few unrelated words";

    public Guid Id { get; } = id;
    public string Email { get; } = email;
    public byte[] Secret { get; private set; } = [];

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<Person> AddAsync(SharedServer shared, Guid? roleId = null, Guid? partnerId = null)
    {
        var email = $"{Guid.NewGuid():n}@example.com";
        var user = new User { Id = Guid.CreateVersion7(), Email = email, NormalizedEmail = User.Normalize(email), DisplayName = "Somebody", SecurityStamp = Guid.NewGuid() };
        user.PasswordHash = new PasswordHasher<User>().HashPassword(user, Password);
        await using var context = shared.Database.CreateSystemContext();
        context.Add(user);
        context.Add(new PartnerUser { Id = Guid.CreateVersion7(), PartnerId = partnerId ?? await shared.PartnerIdAsync(), UserId = user.Id, RoleId = roleId ?? BuiltInRoles.PartnerTechnician });
        await context.SaveChangesAsync(Token);
        return new Person(shared, user.Id, email);
    }

    public Task<HttpResponseMessage> LogInAsync(string password = Password) =>
        shared.Server.Client.PostTextAsync("/api/v1/auth/login", JsonSerializer.Serialize(new { email = Email, password }));

    public async Task<JsonElement> TokensAsync() => await Http.ReadAsync(await LogInAsync(), 200);

    public Task<HttpResponseMessage> VerifyAsync(string mfaToken, string code) =>
        shared.Server.Client.PostTextAsync("/api/v1/auth/mfa/verify", JsonSerializer.Serialize(new { mfa_token = mfaToken, code }));

    public async Task<string> MfaTokenAsync()
    {
        var answer = await TokensAsync();
        answer.GetProperty("mfa_required").GetBoolean().ShouldBeTrue();
        return answer.Text("mfa_token");
    }

    public HttpClient ClientOf(JsonElement tokens) => shared.Server.ClientWith(tokens.Text("access_token"));

    /// <summary>Sets up the authenticator app through the pages, as a person does; answers the recovery codes.</summary>
    public async Task<string[]> SetUpAppAsync()
    {
        using var browser = await PageClient.SignInAsync(shared.Server, Email, Password);
        var page = await browser.PostAsync("/account/security", "?handler=Begin");
        Secret = Base32Encoding.ToBytes(PageClient.Between(page, "id=\"totp-secret\">", "<"));
        // The step before this one, so that the test has the present one to sign in with.
        var codes = PageClient.Between(await browser.PostAsync("/account/security", "?handler=Enable", ("code", Code(-1))), "id=\"recovery-codes\">", "<");
        return codes.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    /// <summary>The code of now, or of so many steps from now.</summary>
    public string Code(int steps = 0) => new Totp(Secret).ComputeTotp(DateTime.UtcNow.AddSeconds(30 * steps));

    public Task<T> ReadAsync<T>(string column) => ServerDatabase.ReadAsync<T>(shared.Server, $"SELECT {column} FROM users WHERE id = $1", Id);

    /// <summary>How often the audit log says this of them.</summary>
    public Task<long> AuditedAsync(string action) =>
        ServerDatabase.ReadAsync<long>(shared.Server, "SELECT count(*) FROM audit_logs WHERE actor_id = $1 AND action = $2", Id, action);
}
