using Breeze.PluginHost;

namespace Breeze.Pack;

/// <summary>Ends a command with one line that says what to do.</summary>
static class Failure
{
    /// <returns>The exit code.</returns>
    public static int Say(string message)
    {
        Console.Error.WriteLine($"breeze-pack: {message}");
        return 1;
    }

    /// <inheritdoc cref="Say(string)"/>
    public static int Say(PluginError error) => Say($"{error.Code}: {error.Message}");

    /// <summary>Runs a command whose files may be missing, unreadable or not what they should be.</summary>
    public static int Guard(Func<int> command)
    {
        try
        {
            return command();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException
            or System.Security.Cryptography.CryptographicException or ArgumentException)
        {
            return Say(exception.Message);
        }
    }
}
