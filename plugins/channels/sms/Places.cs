using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Breeze.Channels.Sms;

/// <summary>Fills <c>{to}</c>, <c>{text}</c> and <c>{secret}</c>, in one pass: a text that says {secret} does not get it.</summary>
sealed class Places(string to, string text, string secret)
{
    public static string InAddress(string value) => Uri.EscapeDataString(value);

    public static string InJson(string value) => JsonEncodedText.Encode(value, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString();

    public static string InText(string value) => value;

    public string Fill(string template, Func<string, string> escape)
    {
        var result = new StringBuilder(template.Length + text.Length);
        for (var i = 0; i < template.Length;)
        {
            var (place, value) = template.AsSpan(i) switch
            {
                var rest when rest.StartsWith("{to}") => ("{to}", to),
                var rest when rest.StartsWith("{text}") => ("{text}", text),
                var rest when rest.StartsWith("{secret}") => ("{secret}", secret),
                _ => ("", ""),
            };
            if (place.Length == 0)
            {
                result.Append(template[i++]);
                continue;
            }
            result.Append(escape(value));
            i += place.Length;
        }
        return result.ToString();
    }
}
