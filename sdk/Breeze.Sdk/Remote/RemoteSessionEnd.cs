namespace Breeze.Sdk;

/// <summary>How a remote session ended.</summary>
/// <param name="Reason">One word for machines: <c>closed</c>, <c>exited</c>, <c>failed</c>, <c>unavailable</c>.</param>
/// <param name="Message">For the technician, when it did not end as wanted: what happened and what to do.</param>
public sealed record RemoteSessionEnd(string Reason, string? Message = null);
