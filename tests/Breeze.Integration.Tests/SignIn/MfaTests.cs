using System.Net;
using Breeze.Integration.Tests.Support;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.SignIn;

public sealed class MfaTests(SharedServer shared)
{
    [Fact]
    public async Task A_second_factor_is_asked_for_and_a_code_of_the_app_or_a_recovery_code_answers_it()
    {
        var person = await Person.AddAsync(shared);
        var recovery = await person.SetUpAppAsync();
        recovery.Length.ShouldBe(10);
        recovery.Distinct().Count().ShouldBe(10);

        var token = await person.MfaTokenAsync();
        await person.VerifyAsync(token, "not a code").ShouldBeProblemAsync(401, "invalid_code");
        var tokens = await Http.ReadAsync(await person.VerifyAsync(token, person.Code()), 200);
        using var client = person.ClientOf(tokens);
        (await client.GetJsonAsync("/api/v1/auth/me")).GetProperty("has_mfa").GetBoolean().ShouldBeTrue();

        // The token is used up, and the recovery code works once.
        await person.VerifyAsync(token, recovery[0]).ShouldBeProblemAsync(401, "mfa_token_invalid");
        await Http.ReadAsync(await person.VerifyAsync(await person.MfaTokenAsync(), recovery[1].ToLowerInvariant().Replace("-", " ", StringComparison.Ordinal)), 200);
        await person.VerifyAsync(await person.MfaTokenAsync(), recovery[1]).ShouldBeProblemAsync(401, "invalid_code");
        (await person.AuditedAsync("user.code_failed")).ShouldBe(2);
        (await person.AuditedAsync("user.authenticator_added")).ShouldBe(1);
    }

    [Fact]
    public async Task Of_one_code_sent_twenty_times_at_once_one_is_accepted_and_none_afterwards()
    {
        var person = await Person.AddAsync(shared);
        await person.SetUpAppAsync();
        var tokens = new List<string>();
        for (var i = 0; i < 21; i++)
        {
            tokens.Add(await person.MfaTokenAsync());
        }
        var code = person.Code();
        var answers = await Task.WhenAll(tokens.Take(20).Select(t => person.VerifyAsync(t, code)));
        answers.Count(a => a.StatusCode == HttpStatusCode.OK).ShouldBe(1);
        answers.ShouldAllBe(a => a.StatusCode == HttpStatusCode.OK || a.StatusCode == HttpStatusCode.Unauthorized || a.StatusCode == HttpStatusCode.TooManyRequests);
        using var late = await person.VerifyAsync(tokens[20], code);
        late.StatusCode.ShouldNotBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Wrong_codes_are_limited_per_sign_in_and_per_account()
    {
        var person = await Person.AddAsync(shared);
        await person.SetUpAppAsync();
        var token = await person.MfaTokenAsync();
        for (var i = 0; i < 5; i++)
        {
            await person.VerifyAsync(token, "ABCD").ShouldBeProblemAsync(401, "invalid_code");
        }
        await person.VerifyAsync(token, person.Code()).ShouldBeProblemAsync(429, "too_many_attempts");
        token = await person.MfaTokenAsync();
        for (var i = 0; i < 5; i++)
        {
            await person.VerifyAsync(token, "ABCD").ShouldBeProblemAsync(401, "invalid_code");
        }
        using var refused = await person.VerifyAsync(await person.MfaTokenAsync(), person.Code());
        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        refused.Headers.RetryAfter!.Delta!.Value.ShouldBeInRange(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task The_token_of_the_first_step_opens_nothing_and_is_of_no_use_to_another()
    {
        var (one, other) = (await Person.AddAsync(shared), await Person.AddAsync(shared));
        await one.SetUpAppAsync();
        var recovery = await other.SetUpAppAsync();
        var token = await one.MfaTokenAsync();
        using var client = shared.Server.ClientWith(token);
        await client.GetAsync("/api/v1/auth/me", TestContext.Current.CancellationToken).ShouldBeProblemAsync(401, "unauthenticated");
        await shared.Server.Client.PostTextAsync("/api/v1/auth/refresh", $$"""{"refresh_token":"{{token}}"}""").ShouldBeProblemAsync(401, "refresh_token_invalid");
        // Another's codes do not fit it, and a changed token is none.
        await one.VerifyAsync(token, other.Code()).ShouldBeProblemAsync(401, "invalid_code");
        await one.VerifyAsync(token, recovery[0]).ShouldBeProblemAsync(401, "invalid_code");
        await one.VerifyAsync(token[..^4] + "AAAA", one.Code()).ShouldBeProblemAsync(401, "mfa_token_invalid");
        await one.VerifyAsync("brz_mfa_", one.Code()).ShouldBeProblemAsync(401, "mfa_token_invalid");
    }

    [Fact]
    public async Task A_token_of_the_first_step_ends_with_the_security_stamp()
    {
        var person = await Person.AddAsync(shared);
        await person.SetUpAppAsync();
        var token = await person.MfaTokenAsync();
        await using (var context = shared.Database.CreateSystemContext())
        {
            var user = await context.Users.FindAsync([person.Id], TestContext.Current.CancellationToken);
            user!.SecurityStamp = Guid.NewGuid();
            await context.SaveChangesAsync(TestContext.Current.CancellationToken);
        }
        await person.VerifyAsync(token, person.Code()).ShouldBeProblemAsync(401, "mfa_token_invalid");
    }

    [Fact]
    public async Task The_secret_is_not_stored_in_the_clear_and_codes_are_stored_as_hashes()
    {
        var person = await Person.AddAsync(shared);
        var recovery = await person.SetUpAppAsync();
        var stored = await person.ReadAsync<byte[]>("mfa_secret");
        stored.AsSpan().IndexOf(person.Secret).ShouldBe(-1);
        stored.Length.ShouldBeGreaterThan(person.Secret.Length);
        (await ServerDatabase.ReadAsync<long>(
            shared.Server, "SELECT count(*) FROM user_recovery_codes WHERE user_id = $1 AND code_hash = sha256(convert_to($2, 'UTF8'))", person.Id,
            recovery[0].Replace("-", "", StringComparison.Ordinal))).ShouldBe(1);
    }
}
