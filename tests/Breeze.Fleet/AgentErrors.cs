using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;

namespace Breeze.Fleet;

/// <summary>The words for what went wrong between an agent and the server, as the figures count them.</summary>
static class AgentErrors
{
    /// <summary>Whether there was no answer.</summary>
    public static bool IsBreak(Exception e) => e is IOException or SocketException or TimeoutException or AuthenticationException or JsonException;

    public static string Word(Exception e) => e switch
    {
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "refused",
        TimeoutException => "time-out",
        AuthenticationException => "tls",
        _ => "broken",
    };

    /// <summary>An answer that was no success; one that asks to wait without saying how long is told apart.</summary>
    public static string Word(string what, AgentAnswer answer) =>
        $"{what} {answer.Status}{(answer.Status is 429 or 503 && answer.RetryAfter is null ? " without Retry-After" : "")}";
}
