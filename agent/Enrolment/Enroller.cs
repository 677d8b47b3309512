using System.Security.Cryptography;
using Breeze.Agent.Server;
using Breeze.Agent.State;
using Breeze.Protocol;
using Breeze.Sdk;

namespace Breeze.Agent.Enrolment;

/// <summary>Makes this machine known to a server and keeps what the server gave.</summary>
sealed class Enroller(StateDirectory state, IProcessRunner processes)
{
    public async Task<EnrollOutcome> EnrollAsync(
        string serverText, string key, string? authorityFile, bool insecureHttp, CancellationToken cancellationToken)
    {
        if (ServerUrl.Parse(serverText, insecureHttp, out var error) is not { } server)
        {
            return EnrollOutcome.Failed(error!);
        }

        if (File.Exists(state.IdentityFile))
        {
            return EnrollOutcome.Failed($"This agent is enrolled already; remove {state.IdentityFile} to enrol it anew.");
        }

        if (authorityFile is not null && CopyAuthority(authorityFile) is { } unusable)
        {
            return EnrollOutcome.Failed(unusable);
        }

        using var handler = ServerHandler.Create(authorityFile is null ? null : state.AuthorityFile);
        using var client = new ServerClient(handler, server, Guid.Empty, token: null);
        var request = new EnrollRequest(
            key,
            Environment.MachineName,
            await MachineId.ReadAsync(state, processes, cancellationToken),
            OsProbe.Read(),
            AgentVersion.Current)
        {
            Fingerprint = HardwareFingerprint.Read(),
        };
        var answer = await client.EnrollAsync(request, cancellationToken);
        if (answer is not { IsSuccess: true, Value: { AuthToken.Length: > 0, Config: not null } response })
        {
            return new EnrollOutcome(
                answer.Error ?? "The answer is not what a Breeze server sends; check the address.",
                CanRetry: answer.Status is 0 or 429 or >= 500,
                answer.RetryAfter);
        }

        // The configuration first: with the identity on disk the agent counts as enrolled.
        ConfigStore.Save(state.ConfigFile, response.Config);
        var identity = new AgentIdentity(server.AbsoluteUri, response.AgentId, response.AuthToken, response.Config.TrustedKeys ?? [])
        {
            InsecureHttp = insecureHttp,
        };
        StateDirectory.Write(state.IdentityFile, identity, StateJson.Default.AgentIdentity);
        return EnrollOutcome.Done;
    }

    string? CopyAuthority(string file)
    {
        try
        {
            var pem = File.ReadAllBytes(file);
            AtomicFile.Write(state.AuthorityFile, pem);
            using var probe = ServerHandler.Create(state.AuthorityFile);
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return $"The certificates in {file} cannot be used: {error.Message}";
        }
    }
}
