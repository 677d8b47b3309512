using System.Text.Encodings.Web;
using System.Text.Json;
using Scriban;
using Scriban.Parsing;
using Scriban.Runtime;

namespace Breeze.Web.Fragments;

/// <summary>Renders a plugin's template over a read-only copy of its model. Values are encoded; only the template's own text is HTML.</summary>
static class FragmentTemplate
{
    public static string Render(string template, JsonElement model)
    {
        var parsed = Template.Parse(template);
        if (parsed.HasErrors)
        {
            throw new FragmentException($"The template is not valid: {parsed.Messages[0]}");
        }
        var context = new EncodingContext
        {
            LoopLimit = 10_000,
            RecursiveLimit = 50,
            ObjectRecursionLimit = 20,
            LimitToString = 256 << 10,
            RegexTimeOut = TimeSpan.FromMilliseconds(100),
            EnableRelaxedMemberAccess = true,
            StrictVariables = false,
        };
        // Templates inside values would be templates of whoever wrote the value.
        if (context.BuiltinObject["object"] is ScriptObject objects)
        {
            objects.Remove("eval");
            objects.Remove("eval_template");
        }
        context.PushGlobal(ToScript(model) as ScriptObject ?? []);
        return parsed.Render(context);
    }

    static object? ToScript(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var members = new ScriptObject();
                foreach (var member in element.EnumerateObject())
                {
                    members[member.Name] = ToScript(member.Value);
                }
                members.IsReadOnly = true;
                return members;
            case JsonValueKind.Array:
                var items = new ScriptArray();
                foreach (var item in element.EnumerateArray())
                {
                    items.Add(ToScript(item));
                }
                items.IsReadOnly = true;
                return items;
            case JsonValueKind.String:
                return element.GetString();
            case JsonValueKind.Number:
                return element.TryGetInt64(out var integer) ? integer : element.GetDouble();
            case JsonValueKind.True or JsonValueKind.False:
                return element.GetBoolean();
            default:
                return null;
        }
    }

    /// <summary>Scriban writes a template's text and its values by different ways; the values' one encodes.</summary>
    sealed class EncodingContext : TemplateContext
    {
        public override TemplateContext Write(SourceSpan span, object? textAsObject)
        {
            var text = ObjectToString(textAsObject);
            Write(HtmlEncoder.Default.Encode(text ?? ""));
            return this;
        }
    }
}
