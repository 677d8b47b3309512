using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Breeze.Core.Queue;

namespace Breeze.Features.Scripts;

/// <summary>The command that a stored script is on a device.</summary>
static class ScriptCommand
{
    public static CommandSpec Of(Script script, IReadOnlyDictionary<string, string> values, int timeoutSeconds)
    {
        var payload = new Dictionary<string, object> { ["runtime"] = script.Runtime, ["content"] = script.Content };
        if (values.Count > 0)
        {
            payload["parameters"] = values;
        }
        return new("script", JsonSerializer.SerializeToElement(payload), timeoutSeconds, null)
        {
            Script = new(script.Id, script.Version, script.Runtime, SHA256.HashData(Encoding.UTF8.GetBytes(script.Content))),
        };
    }
}
