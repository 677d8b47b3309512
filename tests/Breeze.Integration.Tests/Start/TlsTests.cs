using System.Diagnostics;
using Breeze.Integration.Tests.Support;
using Breeze.Testing;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Start;

public sealed class TlsTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Over_https_cookies_are_secure_browsers_are_told_to_stay_and_an_agent_needs_to_be_told_of_a_certificate_of_ones_own()
    {
        using var certificate = new TestCertificate();
        await using var server = await ServerProcess.StartAsync(new ServerOptions { Certificate = certificate }, Token);

        using var page = await server.Client.GetAsync("/sign-in", Token);
        page.Headers.GetValues("Strict-Transport-Security").ShouldBe(["max-age=31536000"]);
        page.Headers.GetValues("Set-Cookie").ShouldAllBe(cookie => cookie.Contains("; secure", StringComparison.OrdinalIgnoreCase));

        using var admin = await server.SignInAsync(Token);
        var site = (await admin.GetJsonAsync("/api/v1/sites")).GetProperty("data")[0].Id();
        var key = (await admin.PostJsonAsync("/api/v1/enrollment-keys", new { site_id = site, max_uses = 1, expires_in_hours = 1 }, 201)).Text("key");
        var state = Directory.CreateTempSubdirectory("breeze-agent-");
        try
        {
            using (var stranger = Agent(["enroll", "--server", server.Url.AbsoluteUri, "--key", key, "--state", state.FullName]))
            {
                var said = await stranger.StandardError.ReadToEndAsync(Token);
                await stranger.WaitForExitAsync(Token);
                stranger.ExitCode.ShouldNotBe(0);
                said.ShouldContain("certificate");
                said.ShouldContain("--ca");
            }
            using var agent = Agent(["run", "--server", server.Url.AbsoluteUri, "--key", key, "--state", state.FullName, "--ca", certificate.CertificateFile]);
            try
            {
                await Http.UntilAsync(async () => (await admin.GetJsonAsync("/api/v1/devices?status=online")).GetProperty("data").GetArrayLength() == 1, TimeSpan.FromSeconds(60));
            }
            finally
            {
                agent.Kill();
                await agent.WaitForExitAsync(Token);
            }
        }
        finally
        {
            state.Delete(recursive: true);
        }
    }

    static Process Agent(IEnumerable<string> arguments) => Process.Start(
        new ProcessStartInfo(Path.Combine(RepositoryPaths.Output("Breeze.Web"), "agent", "breeze-agent"), arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
}
