namespace Breeze.Fleet;

/// <summary>What the server answered.</summary>
/// <param name="RetryAfter">How long it asks to be left alone.</param>
readonly record struct AgentAnswer(int Status, TimeSpan? RetryAfter, byte[] Body)
{
    public bool IsSuccess => Status is >= 200 and < 300;
}
