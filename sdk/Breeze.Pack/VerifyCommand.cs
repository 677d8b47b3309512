using System.CommandLine;
using Breeze.PluginHost;

namespace Breeze.Pack;

/// <summary><c>breeze-pack verify</c>: checks a package as a host would.</summary>
static class VerifyCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "The package." };
        var key = new Option<string>("--key") { Required = true, Description = "The publisher's public key (PEM)." };
        var command = new Command("verify", "Checks a package as a host would.") { file, key };
        command.SetAction(result => Failure.Guard(() => Run(result.GetRequiredValue(file), result.GetRequiredValue(key))));
        return command;
    }

    static int Run(string file, string keyPath)
    {
        var result = PackageReader.Read(file, new TrustStore([TrustedKey.FromPem(File.ReadAllText(keyPath))]));
        if (!result.IsValid)
        {
            return Failure.Say(result.Error);
        }

        Console.WriteLine($"{result.Package.Manifest.Id} {result.Package.Manifest.Version} is intact, signed by {result.Package.Signer}.");
        return 0;
    }
}
