namespace Breeze.Protocol;

/// <summary>The answer to a result: it is stored, now or before.</summary>
public sealed record CommandResultResponse(bool Duplicate);
