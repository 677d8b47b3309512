using System.Text.Json;
using System.Text.Json.Serialization;
using Breeze.Core.Tenancy;

namespace Breeze.Features.Alerting.Healing;

/// <summary>An action in a JSON body: absent leaves it as it is, null takes it away.</summary>
public sealed class RuleActionConverter : JsonConverter<Change<RuleAction>>
{
    public override bool HandleNull => true;

    public override Change<RuleAction> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(true, reader.TokenType == JsonTokenType.Null ? null : JsonSerializer.Deserialize<RuleAction>(ref reader, options));

    public override void Write(Utf8JsonWriter writer, Change<RuleAction> value, JsonSerializerOptions options) => JsonSerializer.Serialize(writer, value.Value, options);
}
