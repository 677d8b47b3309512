using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using Breeze.Plugins.Tests.Remote;
using Breeze.Sdk;
using Breeze.Testing;
using Breeze.WebRtc;

namespace Breeze.Plugins.Tests;

/// <summary>A generation that was stopped must leave nothing behind, or every reload costs memory for ever.</summary>
public sealed class UnloadTests
{
    [Theory]
    [InlineData("Breeze.Collectors.System", "SystemPlugin")]
    [InlineData("Breeze.Collectors.Hardware", "HardwarePlugin")]
    [InlineData("Breeze.Collectors.Software", "SoftwarePlugin")]
    [InlineData("Breeze.Collectors.Services", "ServicesPlugin")]
    [InlineData("Breeze.Collectors.Patches", "PatchesPlugin")]
    [InlineData("Breeze.Collectors.Sessions", "SessionsPlugin")]
    [InlineData("Breeze.Collectors.Processes", "ProcessesPlugin")]
    [InlineData("Breeze.Collectors.Network", "NetworkPlugin")]
    [InlineData("Breeze.Collectors.EventLog", "EventLogPlugin")]
    [InlineData("Breeze.Actions.Power", "PowerPlugin")]
    [InlineData("Breeze.Runtimes.Bash", "BashPlugin")]
    [InlineData("Breeze.Runtimes.Python", "PythonPlugin")]
    [InlineData("Breeze.Remote.Consent", "ConsentPlugin")]
    [InlineData("Breeze.Remote.Desktop", "DesktopPlugin")]
    [InlineData("Breeze.Remote.Files", "FilesPlugin")]
    [InlineData("Breeze.Remote.Terminal", "TerminalPlugin")]
    [InlineData("Breeze.Remote.WebRtcTransport", "WebRtcTransportPlugin")]
    public async Task A_generation_that_has_worked_unloads(string assembly, string type)
    {
        var context = await WorkAsync(assembly, type);
        for (var attempt = 0; attempt < 20 && context.IsAlive; attempt++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Yield();
        }
        context.IsAlive.ShouldBeFalse();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static async Task<WeakReference> WorkAsync(string assembly, string type)
    {
        var context = new Generation(assembly switch
        {
            "Breeze.Remote.WebRtcTransport" => ["Breeze.WebRtc", "BouncyCastle.Cryptography"],
            "Breeze.Remote.Desktop" or "Breeze.Remote.Consent" => ["Breeze.X11"],
            _ => [],
        });
        var path = Path.Combine(AppContext.BaseDirectory, assembly + ".dll");
        using var display = assembly is "Breeze.Remote.Desktop" or "Breeze.Remote.Consent" ? await VirtualDisplay.StartAsync("100x100", cancellationToken: TestContext.Current.CancellationToken) : null;
        var settings = display is null ? "{}" : $$"""{"display":"{{display.Name}}"}""";
        await using (var plugin = await RunningPlugin.StartAsync(context.Create(path, $"{assembly}.{type}"), settings))
        {
            if (plugin.Registered.Collectors.Count > 0)
                (await plugin.CollectAsync()).ShouldNotBeNull();
            foreach (var runtime in plugin.Registered.Runtimes)
            {
                var request = new ScriptRequest(Guid.NewGuid(), "print = 1", TimeSpan.FromSeconds(20));
                var outcome = await runtime.ExecuteAsync(request, new RecordingOutput(), TestContext.Current.CancellationToken);
                outcome.Status.ShouldBe(CommandStatus.Completed);
            }
            foreach (var remote in plugin.Registered.Remotes)
            {
                var channel = new FakeRemoteChannel();
                if (remote.Kind == "files")
                {
                    channel.Send([1, .. """{"id":1,"op":"list","path":"/"}"""u8]);
                    channel.Leave();
                }
                else
                    channel.Type("exit\n");
                var request = new RemoteSessionRequest(Guid.NewGuid(), "Somebody", default);
                var serving = remote.ServeAsync(request, channel, TestContext.Current.CancellationToken);
                if (display is not null)
                {
                    // The end of a frame, which a first one has come before.
                    while ((await channel.NextAsync(TestContext.Current.CancellationToken))[0] != 3)
                    {
                    }
                    channel.Leave();
                }
                (await serving).Reason.ShouldBe(remote.Kind == "terminal" ? "exited" : "closed");
            }
            foreach (var prompt in plugin.Registered.Prompts)
            {
                using var over = new CancellationTokenSource();
                var asked = new TaskCompletionSource();
                var asking = prompt.AskAsync(new(Guid.NewGuid(), "Somebody", "", "files") { Patience = TimeSpan.FromSeconds(60) }, new Told(asked), over.Token).AsTask();
                await asked.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
                var showing = prompt.ShowAsync(new(Guid.NewGuid(), "Somebody", "", "files"), over.Token);
                await over.CancelAsync();
                await Should.ThrowAsync<OperationCanceledException>(asking);
                await Should.ThrowAsync<OperationCanceledException>(showing);
            }
            foreach (var transport in plugin.Registered.Transports)
            {
                await using var browser = new RtcPeerConnection(new());
                await using var opened = browser.CreateDataChannel("breeze");
                var wire = new Wire(browser);
                var channel = await transport.ConnectAsync(new(wire.Offer(), [], wire), TestContext.Current.CancellationToken);
                await channel.ShouldNotBeNull().SendAsync(new byte[] { 1 }, TestContext.Current.CancellationToken);
                await ((IAsyncDisposable)channel).DisposeAsync();
            }
        }
        context.Unload();
        return new WeakReference(context, trackResurrection: true);
    }

    sealed class Told(TaskCompletionSource asked) : IProgress<string>
    {
        public void Report(string value) => asked.TrySetResult();
    }

    sealed class Generation(string[] own) : AssemblyLoadContext(isCollectible: true)
    {
        public IBreezePlugin Create(string path, string type)
        {
            using var file = new MemoryStream(File.ReadAllBytes(path));
            return (IBreezePlugin)Activator.CreateInstance(LoadFromStream(file).GetType(type, throwOnError: true)!)!;
        }

        /// <summary>Everything but the plugin itself and its own libraries comes from the host.</summary>
        protected override Assembly? Load(AssemblyName assemblyName)
        {
            if (Array.IndexOf(own, assemblyName.Name) < 0)
                return null;
            using var file = new MemoryStream(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, assemblyName.Name + ".dll")));
            return LoadFromStream(file);
        }
    }
}
