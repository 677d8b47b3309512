using System.Text.Json;
using Breeze.Collectors.Services;
using Breeze.Sdk;

namespace Breeze.Plugins.Tests.Collectors;

public sealed class ServicesCollectorTests
{
    [Fact]
    public async Task The_services_of_this_machine_are_listed()
    {
        await using var plugin = await RunningPlugin.StartAsync(new ServicesPlugin());
        var document = (await plugin.CollectAsync()).Inventory["services"];
        document.GetProperty("manager").GetString().ShouldBe(Directory.Exists("/run/systemd/system") ? "systemd" : "sysv");
        document.GetProperty("services").GetArrayLength().ShouldBeGreaterThan(0);
    }

    [Fact]
    public void What_systemctl_lists_is_understood()
    {
        const string Units = """
              cron.service                  loaded    active     running Regular background program processing daemon
              getty@tty1.service            loaded    active     running Getty on tty1
            ● nginx.service                 loaded    failed     failed  A high performance web server
              setup.service                 loaded    active     exited  Set up something once
              plymouth.service              not-found inactive   dead    plymouth.service
              slow.service                  loaded    activating start   Slow
            """;
        const string Files = """
            cron.service     enabled  enabled
            getty@.service   enabled  enabled
            nginx.service    enabled  enabled
            setup.service    static   -
            off.service      disabled enabled
            never.service    masked   enabled
            """;
        SystemdServices.Parse(Units, Files).OrderBy(service => service.Name, StringComparer.Ordinal).ShouldBe(
        [
            new ServiceInfo("cron", "Regular background program processing daemon", "running", "automatic"),
            new ServiceInfo("getty@tty1", "Getty on tty1", "running", "automatic"),
            new ServiceInfo("never", null, "stopped", "disabled"),
            new ServiceInfo("nginx", "A high performance web server", "failed", "automatic"),
            new ServiceInfo("off", null, "stopped", "manual"),
            new ServiceInfo("setup", "Set up something once", "stopped", "manual"),
            new ServiceInfo("slow", "Slow", "starting", "unknown"),
        ]);
        SystemdServices.Parse(null, null).ShouldBeEmpty();
    }

    [Fact]
    public void What_Windows_and_launchctl_list_is_understood()
    {
        WindowsServices.Parse(JsonElement.Parse("""
            {"services":[{"Name":"Spooler","DisplayName":"Print Spooler","State":"Running","StartMode":"Auto"},{"Name":"X","State":"Stop Pending","StartMode":"Disabled"},{"Name":null}]}
            """)).ShouldBe([new ServiceInfo("Spooler", "Print Spooler", "running", "automatic"), new ServiceInfo("X", null, "stopping", "disabled")]);
        LaunchdServices.Parse(
            "PID\tStatus\tLabel\n312\t0\tcom.apple.mDNSResponder\n-\t78\tcom.example.broken\n-\t0\tcom.openssh.sshd\n",
            "\tdisabled services = {\n\t\t\"com.openssh.sshd\" => disabled\n\t\t\"com.apple.mDNSResponder\" => enabled\n\t}\n").ShouldBe(
        [
            new ServiceInfo("com.apple.mDNSResponder", null, "running", "automatic"),
            new ServiceInfo("com.example.broken", null, "stopped", "automatic"),
            new ServiceInfo("com.openssh.sshd", null, "stopped", "disabled"),
        ]);
    }

    [Fact]
    public async Task A_service_is_stopped_and_its_new_state_told()
    {
        var manager = new OneService();
        var command = new ServiceCommand("stop");
        command.Start(manager);
        var output = new RecordingOutput();
        var outcome = await command.ExecuteAsync(Request("""{"name":"web"}"""), output, TestContext.Current.CancellationToken);
        outcome.Status.ShouldBe(CommandStatus.Completed);
        manager.Asked.ShouldBe(["stop web"]);
        JsonElement.Parse(output.Text).GetProperty("state").GetString().ShouldBe("stopped");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"name":7}""")]
    [InlineData("""{"name":"--version"}""")]
    [InlineData("""{"name":"../../bin/sh"}""")]
    [InlineData("""{"name":"other"}""")]
    public async Task What_is_no_service_of_the_device_is_refused(string payload)
    {
        var manager = new OneService();
        var command = new ServiceCommand("stop");
        command.Start(manager);
        (await command.ExecuteAsync(Request(payload), new RecordingOutput(), TestContext.Current.CancellationToken)).Status.ShouldBe(CommandStatus.Rejected);
        manager.Asked.ShouldBeEmpty();
    }

    static CommandRequest Request(string payload) => new(Guid.NewGuid(), "service.stop", JsonElement.Parse(payload), TimeSpan.FromSeconds(20));

    sealed class OneService : IServiceManager
    {
        string _state = "running";

        public List<string> Asked { get; } = [];

        public string Name => "test";

        public ValueTask<IReadOnlyList<ServiceInfo>> ListAsync(CancellationToken cancellationToken) => ValueTask.FromResult<IReadOnlyList<ServiceInfo>>([new ServiceInfo("web", null, _state, "automatic")]);

        public ValueTask<ControlAnswer> ControlAsync(string verb, string service, TimeSpan limit, CancellationToken cancellationToken)
        {
            Asked.Add($"{verb} {service}");
            _state = "stopped";
            return ValueTask.FromResult(new ControlAnswer(0, "", ""));
        }
    }
}
