using Breeze.Core.Transport;
using Breeze.Protocol;

namespace Breeze.Web.Api;

/// <summary>Checks an enrolment and makes its text safe to store and show.</summary>
static class EnrollmentForm
{
    public static (EnrollRequest? Clean, string? Problem) Check(EnrollRequest? request)
    {
        if (request is not { EnrollmentKey: { Length: > 0 and <= 200 } key })
        {
            return (null, "Send enrollment_key: the key from Enrolment in Breeze.");
        }
        if (request.Hostname is null || AgentText.Clean(request.Hostname, 255) is not { Length: > 0 } hostname)
        {
            return (null, "Send hostname: the name of the machine, of printable characters.");
        }
        if (request.MachineId is null || AgentText.Clean(request.MachineId, 255) is not { Length: > 0 } machineId)
        {
            return (null, "Send machine_id: what identifies this installation of the operating system.");
        }
        if (request.Os is not { } os)
        {
            return (null, "Send os: {family, name, version, arch}.");
        }
        var family = os.Family is "linux" or "windows" or "macos" ? os.Family : "other";
        return (new EnrollRequest(key, hostname, machineId,
            new OsInfo(family, AgentText.Clean(os.Name ?? "", 200), AgentText.Clean(os.Version ?? "", 100), AgentText.Clean(os.Arch ?? "", 32)),
            AgentText.Clean(request.AgentVersion ?? "", 64))
        {
            Fingerprint = AgentText.Clean(request.Fingerprint ?? "", 128) is { Length: > 0 } fingerprint ? fingerprint : null,
        }, null);
    }
}
