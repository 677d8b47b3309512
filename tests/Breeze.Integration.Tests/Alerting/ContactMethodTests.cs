using System.Collections.Frozen;
using System.Text.Json;
using Breeze.Core.Auditing;
using Breeze.Core.Identity;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting;
using Breeze.Features.Alerting.Escalation;
using Breeze.Features.Alerting.Notifying;
using Breeze.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Alerting;

/// <summary>How a person is told.</summary>
public sealed class ContactMethodTests(PostgresFixture postgres)
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    static readonly JsonElement Schema = JsonElement.Parse("""{"type":"object","properties":{"name":{"type":"string","title":"Topic","pattern":"^[a-z]+$","x-recipient":true},"token":{"type":"string","writeOnly":true}}}""");

    [Fact]
    public async Task Everybody_has_their_own_addresses_and_tests_them()
    {
        await using var t = await EscalationBed.MakeAsync(postgres);
        var (bed, channel) = (t.Bed, await t.Bed.AddChannelAsync("sms"));
        var types = new Types();
        var audit = new AuditLog(bed.Database, bed.Time);
        var methods = new ContactMethods(
            bed.Database, types, bed, bed.Secrets, new NotificationChannels(bed.Database, types, bed.Secrets, bed.Bus, audit, bed.Time), new RateLimiter(bed.Bus, bed.Time, NullLogger<RateLimiter>.Instance), audit, bed.Time);
        async Task<AccessScope> PersonAsync(string name) =>
            new() { UserId = await t.AddPersonAsync(name), ActorName = name, PartnerId = bed.Partner, Permissions = new[] { Permissions.AlertsRead }.ToFrozenSet() };
        var (ada, bob) = (await PersonAsync("Ada"), await PersonAsync("Bob"));

        var added = (await methods.AddAsync(ada, channel, " ada ", Token)).Value!;
        (added.Address, added.Recipient).ShouldBe(("ada", """{"name":"ada"}"""));
        (await methods.AddAsync(ada, channel, "ada", Token)).Refusal!.Code.ShouldBe("contact_method_exists");
        (await methods.AddAsync(ada, channel, "Ada 1", Token)).Refusal!.Code.ShouldBe("address_invalid");
        (await methods.AddAsync(ada, Guid.NewGuid(), "ada", Token)).Refusal!.Code.ShouldBe("notification_channel_not_found");
        types.HasRecipient = false;
        (await methods.AddAsync(ada, channel, "other", Token)).Refusal!.Code.ShouldBe("channel_without_recipient");
        types.HasRecipient = true;

        (await methods.TestAsync(ada, added.Id, Token)).Value!.IsDelivered.ShouldBeTrue();
        bed.Told.Single().Channel.ShouldBe("ada", "the person's address stands in for the channel's");
        (await bed.ReadAsync<Guid>("SELECT user_id FROM notifications WHERE event = 'test'")).ShouldBe(ada.UserId!.Value);
        (await methods.TestAsync(bob, added.Id, Token)).Refusal!.Kind.ShouldBe(RefusalKind.NotFound);
        (await methods.RemoveAsync(bob, added.Id, Token))!.Kind.ShouldBe(RefusalKind.NotFound);
        await using (var context = AlertingDbContext.Create(bed.Database, bob))
        {
            (await context.ContactMethods.CountAsync(Token)).ShouldBe(0);
            (await methods.ChannelsAsync(context, Token)).Single().ShouldBe(new ContactChannel(channel, "sms", "test", "Topic"));
        }
        (await methods.RemoveAsync(ada, added.Id, Token)).ShouldBeNull();
        (await bed.CountAsync("contact_methods")).ShouldBe(0);
    }

    [Theory]
    [InlineData("""{"properties":{"to":{"type":"array","title":"To","x-recipient":true}}}""", "to", true)]
    [InlineData("""{"properties":{"to":{"type":"string","x-recipient":true}}}""", "to", false)]
    [InlineData("""{"properties":{"to":{"type":"string","x-recipient":true,"writeOnly":true}}}""", null, false)]
    [InlineData("""{"properties":{"to":{"type":"integer","x-recipient":true}}}""", null, false)]
    [InlineData("""{"properties":{"to":{"type":"string"}}}""", null, false)]
    public void A_type_declares_which_setting_says_who_is_told(string schema, string? setting, bool isList)
    {
        var recipient = ChannelRecipient.Of(JsonElement.Parse(schema));
        recipient?.Setting.ShouldBe(setting);
        (recipient is null).ShouldBe(setting is null);
        recipient?.ToJson("a\"b").ShouldBe(isList ? """{"to":["a\u0022b"]}""" : """{"to":"a\u0022b"}""");
    }

    sealed class Types : IChannelTypes
    {
        public bool HasRecipient { get; set; } = true;

        public IReadOnlyList<ChannelType> List() => [Find("test")];

        public ChannelType Find(string type) => new("test", "Test", Schema, ["token"], HasRecipient ? ChannelRecipient.Of(Schema) : null);
    }
}
