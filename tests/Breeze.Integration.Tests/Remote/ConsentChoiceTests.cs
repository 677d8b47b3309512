using Breeze.Core.Remote.Consent;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Remote;

/// <summary>Which of a partner's rules of consent holds.</summary>
public sealed class ConsentChoiceTests
{
    static readonly Guid Ours = Guid.NewGuid();
    static readonly Guid Other = Guid.NewGuid();

    /// <summary>From the most particular to the least; the number of seconds says which it is.</summary>
    static readonly RemoteConsentRule[] Rules =
    [
        Rule(11, Ours, "laptop", "files"), Rule(12, Ours, "laptop", null), Rule(13, Ours, null, "files"), Rule(14, Ours, null, null),
        Rule(15, null, "laptop", "files"), Rule(16, null, "laptop", null), Rule(17, null, null, "files"), Rule(18, null, null, null),
    ];

    [Fact]
    public void The_most_particular_rule_holds_whatever_their_order()
    {
        for (var left = 0; left < Rules.Length; left++)
        {
            RemoteConsentChoice.Of(Rules[left..].Reverse(), Ours, "laptop", "files").TimeoutSeconds.ShouldBe(11 + left);
        }
        RemoteConsentChoice.Of(Rules, Ours, "server", "files").TimeoutSeconds.ShouldBe(13);
        RemoteConsentChoice.Of(Rules, Ours, null, "desktop").TimeoutSeconds.ShouldBe(14);
        RemoteConsentChoice.Of(Rules, Other, "laptop", "desktop").TimeoutSeconds.ShouldBe(16);
        RemoteConsentChoice.Of(Rules, Other, null, "files").TimeoutSeconds.ShouldBe(17);
    }

    [Fact]
    public void Without_a_rule_the_person_is_told()
    {
        RemoteConsentChoice.Of([], Ours, "laptop", "desktop").Mode.ShouldBe("notify");
        RemoteConsentChoice.Of([Rule(10, Other, null, null)], Ours, "laptop", "desktop").Mode.ShouldBe("notify");
    }

    static RemoteConsentRule Rule(int seconds, Guid? organization, string? type, string? kind) =>
        new() { OrganizationId = organization, DeviceType = type, Kind = kind, Mode = "ask", TimeoutSeconds = seconds };
}
