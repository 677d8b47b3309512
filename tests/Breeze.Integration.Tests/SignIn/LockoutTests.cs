using System.Net;
using Breeze.Core.Identity;
using Breeze.Integration.Tests.Support;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.SignIn;

public sealed class LockoutTests(SharedServer shared)
{
    [Fact]
    public async Task Five_wrong_passwords_lock_an_account_and_the_same_is_said_of_one_that_does_not_exist()
    {
        var known = await Person.AddAsync(shared);
        var unknown = new Person(shared, Guid.NewGuid(), $"{Guid.NewGuid():n}@example.com");
        for (var i = 0; i < 5; i++)
        {
            var one = await known.LogInAsync("wrong").ShouldBeProblemAsync(401, "invalid_credentials");
            (await unknown.LogInAsync("wrong").ShouldBeProblemAsync(401, "invalid_credentials")).ShouldBe(one);
        }
        var locked = await known.LogInAsync().ShouldBeProblemAsync(429, "too_many_attempts");
        locked.ShouldBe("Too many wrong attempts. Try again in 5 minutes.");
        (await unknown.LogInAsync().ShouldBeProblemAsync(429, "too_many_attempts")).ShouldBe(locked);
        (await known.ReadAsync<DateTime>("locked_until")).ShouldBeGreaterThan(DateTime.UtcNow.AddMinutes(4));
        (await known.AuditedAsync("user.sign_in_failed")).ShouldBe(5);
        (await known.AuditedAsync("user.sign_in_refused")).ShouldBe(1);
    }

    [Fact]
    public async Task The_page_says_how_long_to_wait()
    {
        var person = await Person.AddAsync(shared);
        using var browser = new PageClient(shared.Server);
        for (var i = 0; i < 5; i++)
        {
            using var wrong = await browser.SendAsync("/sign-in", "", ("Email", person.Email), ("Password", "wrong"));
            wrong.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        }
        using var locked = await browser.SendAsync("/sign-in", "", ("Email", person.Email), ("Password", Person.Password));
        locked.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        locked.Headers.RetryAfter!.Delta!.Value.ShouldBeInRange(TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(5));
        (await locked.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("Try again in 5 minutes");
    }

    [Fact]
    public async Task Guesses_at_once_are_no_better_than_guesses_in_turn()
    {
        var person = await Person.AddAsync(shared);
        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => person.LogInAsync("wrong")));
        answers.Count(a => a.StatusCode == HttpStatusCode.Unauthorized).ShouldBeInRange(5, 5 + Environment.ProcessorCount);
        await person.LogInAsync().ShouldBeProblemAsync(429, "too_many_attempts");
    }

    [Fact]
    public async Task The_right_password_in_time_forgives_the_wrong_ones()
    {
        var person = await Person.AddAsync(shared);
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 4; i++)
            {
                await person.LogInAsync("wrong").ShouldBeProblemAsync(401, "invalid_credentials");
            }
            await person.TokensAsync();
        }
        (await person.ReadAsync<int>("failed_sign_ins")).ShouldBe(0);
    }

    [Fact]
    public async Task A_disabled_account_is_refused_like_a_wrong_password()
    {
        var person = await Person.AddAsync(shared);
        await using (var context = shared.Database.CreateSystemContext())
        {
            (await context.Users.FindAsync([person.Id], TestContext.Current.CancellationToken))!.Status = "disabled";
            await context.SaveChangesAsync(TestContext.Current.CancellationToken);
        }
        var detail = await person.LogInAsync().ShouldBeProblemAsync(401, "invalid_credentials");
        detail.ShouldBe("The e-mail address or the password is wrong.");
    }

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7")]
    [InlineData("::ffff:203.0.113.7", "203.0.113.7")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    [InlineData("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64")]
    [InlineData("2001:db8:1:3::1", "2001:db8:1:3::/64")]
    [InlineData("fe80::1%3", "fe80::/64")]
    [InlineData("", "unknown")]
    public void Addresses_are_counted_by_network(string address, string key) => AddressKey.Of(address).ShouldBe(key);
}
