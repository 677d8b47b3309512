using Breeze.Core.Events;
using Breeze.Core.Identity;
using Breeze.Embedded;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.SignIn;

public sealed class RateLimiterTests
{
    static readonly RateLimit Three = new("test", 3, TimeSpan.FromMinutes(1));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_window_slides_and_permits_are_exact_with_redis_and_without(bool withRedis)
    {
        using var redis = withRedis ? EmbeddedRedis.Start(Directory.CreateTempSubdirectory("breeze-redis-").FullName) : null;
        await using var bus = await EventBus.ConnectAsync(redis?.ConnectionString ?? "127.0.0.1:1,connectTimeout=200,connectRetry=0");
        bus.IsRedisConnected.ShouldBe(withRedis);
        var clock = new Clock();
        var limiter = new RateLimiter(bus, clock, NullLogger<RateLimiter>.Instance);

        (await limiter.CheckAsync(Three, "a")).ShouldBeNull();
        (await limiter.CountAsync(Three, "a")).ShouldBe(1);
        clock.Now += TimeSpan.FromSeconds(20);
        (await limiter.CountAsync(Three, "a")).ShouldBe(2);
        (await limiter.TakeAsync(Three, "a")).ShouldBeNull();
        (await limiter.CheckAsync(Three, "a")).ShouldBe(TimeSpan.FromSeconds(40));
        (await limiter.TakeAsync(Three, "a")).ShouldBe(TimeSpan.FromSeconds(40));
        (await limiter.CheckAsync(Three, "b")).ShouldBeNull();
        clock.Now += TimeSpan.FromSeconds(41);
        (await limiter.TakeAsync(Three, "a")).ShouldBeNull();
        (await limiter.TakeAsync(Three, "a")).ShouldNotBeNull();
        await limiter.ForgetAsync(Three, "a");
        (await limiter.CheckAsync(Three, "a")).ShouldBeNull();

        var taken = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => limiter.TakeAsync(Three, "c"))));
        taken.Count(t => t is null).ShouldBe(3);
        var once = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => limiter.TakeAsync(RateLimit.Once, "d"))));
        once.Count(t => t is null).ShouldBe(1);
    }

    [Fact]
    public async Task An_address_is_refused_after_its_failures_and_its_whole_network_with_it()
    {
        await using var bus = await EventBus.ConnectAsync("127.0.0.1:1,connectTimeout=200,connectRetry=0");
        var limiter = new RateLimiter(bus, new Clock(), NullLogger<RateLimiter>.Instance);
        var attempts = new SignInAttempts(limiter);
        for (var i = 0; i < RateLimit.AddressFailures.Permits; i++)
        {
            (await attempts.RefusedForAsync($"account{i}", "2001:db8::1")).ShouldBeNull();
            await attempts.FailedAsync($"account{i}", $"2001:db8::{i:x}");
        }
        (await attempts.RefusedForAsync("fresh", "2001:db8::ffff:1")).ShouldNotBeNull();
        (await attempts.RefusedForAsync("fresh", "2001:db8:0:1::1")).ShouldBeNull();
    }

    sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
