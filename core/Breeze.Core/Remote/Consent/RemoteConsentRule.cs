using Breeze.Protocol;

namespace Breeze.Core.Remote.Consent;

/// <summary>Whether people at some of the devices are asked before a remote session, told of it, or neither.</summary>
public sealed class RemoteConsentRule
{
    public Guid Id { get; init; }
    public Guid PartnerId { get; init; }

    /// <summary>Null for all organizations.</summary>
    public Guid? OrganizationId { get; init; }

    /// <summary>One of <see cref="DeviceTypes"/>, as the hardware inventory calls the kind of case; null for all.</summary>
    public string? DeviceType { get; init; }

    /// <summary>One of <see cref="RemoteKinds"/>; null for all.</summary>
    public string? Kind { get; init; }

    /// <summary>One of <see cref="Modes"/>.</summary>
    public required string Mode { get; init; }
    public int TimeoutSeconds { get; init; } = 30;

    /// <summary><c>allow</c> or <c>deny</c>.</summary>
    public string OnTimeout { get; init; } = RemoteConsentTerms.Deny;

    /// <summary><c>allow</c> or <c>deny</c>.</summary>
    public string WhenNobody { get; init; } = RemoteConsentTerms.Allow;
    public DateTimeOffset UpdatedAt { get; init; }

    public static IReadOnlyList<string> Modes { get; } = [RemoteConsentTerms.Ask, RemoteConsentTerms.Notify, RemoteConsentTerms.Silent];

    public static IReadOnlyList<string> DeviceTypes { get; } = ["desktop", "laptop", "server", "all-in-one", "tablet", "convertible", "handheld"];

    public static IReadOnlyList<string> Kinds { get; } = [RemoteKinds.Terminal, RemoteKinds.Files, RemoteKinds.Desktop];
}
