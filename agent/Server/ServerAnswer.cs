namespace Breeze.Agent.Server;

/// <summary>What became of a request.</summary>
/// <param name="Status">The HTTP status; 0 when there was no answer.</param>
/// <param name="Error">Why it failed, for a person; <see langword="null"/> when it did not.</param>
/// <param name="RetryAfter">How long the server asks to be left alone.</param>
sealed record ServerAnswer<T>(int Status, T? Value, string? Error, TimeSpan? RetryAfter)
    where T : class
{
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>The server knows this agent no longer, or not yet again; asking more often changes nothing.</summary>
    public bool IsRefusal => Status is 401 or 403 or 404;

    /// <summary>The content is at fault: the same request will fail again.</summary>
    public bool IsContentError => Status is 400 or 413 or 422;
}
