using System.Security.Authentication;
using System.Text.Json;
using Breeze.Protocol;

namespace Breeze.Agent.Server;

/// <summary>Failures in a person's words.</summary>
static class ProblemText
{
    public static string Of(int status, byte[] body)
    {
        try
        {
            if (JsonSerializer.Deserialize(body, ProtocolJson.Default.Problem) is { Title: { Length: > 0 } title } problem)
            {
                return problem.Detail is { Length: > 0 } detail ? $"{title}: {detail}" : title;
            }
        }
        catch (JsonException)
        {
            // Something between here and the server answered in its own way.
        }

        return $"The server answered with status {status}.";
    }

    public static string Of(Exception error) => error switch
    {
        JsonException => "The answer is not what a Breeze server sends; check the address.",
        { InnerException: AuthenticationException { Message: var why } } =>
            $"The server's certificate is not trusted: {why} Give the authority that it comes from with --ca FILE, or add it to those that this system trusts.",
        { InnerException: { Message.Length: > 0 } inner } => $"{error.Message} {inner.Message}",
        _ => error.Message,
    };
}
