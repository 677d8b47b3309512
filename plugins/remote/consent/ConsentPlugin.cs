using Breeze.Remote.Consent.MacOS;
using Breeze.Remote.Consent.Windows;
using Breeze.Remote.Consent.X11;
using Breeze.Sdk;

namespace Breeze.Remote.Consent;

/// <summary>Asks and tells the person at the device. Nobody is looked for before a session begins.</summary>
public sealed class ConsentPlugin : IBreezePlugin
{
    readonly ConsentPrompt _prompt = new();

    /// <inheritdoc />
    public void Register(IPluginBuilder builder) => builder.AddPersonPrompt(_prompt);

    /// <inheritdoc />
    public ValueTask StartAsync(IPluginContext context, CancellationToken cancellationToken)
    {
        _prompt.Start(
            OperatingSystem.IsWindows() ? new WindowsPerson()
            : OperatingSystem.IsMacOS() ? new MacPerson(context.Processes)
            : new XPerson(ConsentSettings.Read(context.Settings)),
            context.Time);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public ValueTask StopAsync(StopReason reason, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
