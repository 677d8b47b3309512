namespace Breeze.Sdk;

/// <summary>What became of a delivery.</summary>
/// <param name="IsDelivered">Whether the other side accepted the notification.</param>
/// <param name="Retryable">When it did not: whether trying again later can help.</param>
/// <param name="Error">When it did not: what happened, with no secret in it.</param>
/// <param name="RetryAfter">When the other side said how long to wait.</param>
public sealed record DeliveryResult(bool IsDelivered, bool Retryable = false, string? Error = null, TimeSpan? RetryAfter = null)
{
    /// <summary>The other side accepted the notification.</summary>
    public static DeliveryResult Delivered { get; } = new(true);

    /// <summary>It failed now and may work later.</summary>
    public static DeliveryResult Retry(string error, TimeSpan? after = null) => new(false, true, error, after);

    /// <summary>It will not work until somebody changes something.</summary>
    public static DeliveryResult Reject(string error) => new(false, false, error);
}
