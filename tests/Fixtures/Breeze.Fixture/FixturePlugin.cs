using System.Text.Json;
using Breeze.Sdk;

namespace Breeze.Fixture;

/// <summary>A well-behaved agent plugin that writes its life down in its data directory. The faulty ones differ from it in one point each.</summary>
public class FixturePlugin : IBreezePlugin
{
    string? journal;

    public virtual void Register(IPluginBuilder builder) =>
        builder.AddCollector(new FixtureCollector("fixture")).AddCommandHandler(new FixtureCommand());

    public virtual async ValueTask StartAsync(IPluginContext context, CancellationToken cancellationToken)
    {
        journal = Path.Combine(context.DataDirectory, "journal");
        await NoteAsync($"start {context.Identity.Generation} {Label(context.Settings)}");
    }

    public virtual ValueTask StopAsync(StopReason reason, CancellationToken cancellationToken) => NoteAsync($"stop {reason}");

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return NoteAsync("dispose");
    }

    static string Label(JsonElement settings) => settings.TryGetProperty("label", out var label) ? label.GetString()! : "";

    async ValueTask NoteAsync(string line)
    {
        if (journal is not null)
        {
            await File.AppendAllTextAsync(journal, line + "\n");
        }
    }
}
