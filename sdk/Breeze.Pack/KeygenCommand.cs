using System.CommandLine;
using Breeze.PluginHost;

namespace Breeze.Pack;

/// <summary><c>breeze-pack keygen</c>: makes a publisher's key pair.</summary>
static class KeygenCommand
{
    public static Command Create()
    {
        var output = new Option<string>("--out") { Required = true, Description = "Where to write the private key; the public one goes to FILE.pub." };
        var ifMissing = new Option<bool>("--if-missing") { Description = "Keep keys that exist instead of failing." };
        var command = new Command("keygen", "Makes a publisher's key pair (ECDSA P-256).") { output, ifMissing };
        command.SetAction(result => Failure.Guard(() => Run(result.GetRequiredValue(output), result.GetValue(ifMissing))));
        return command;
    }

    static int Run(string path, bool ifMissing)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);

        // Builds of several plugins may come here at once; one of them makes the key and the others find it.
        using var turn = FileLock.Take(path + ".lock");
        if (File.Exists(path))
        {
            return ifMissing ? Complete(path) : Failure.Say($"{path} exists; a key is never overwritten.");
        }

        using var signer = PackageSigner.Generate();
        KeyFile.WritePrivate(path, signer.ExportPrivateKeyPem());
        KeyFile.WritePublic(path + ".pub", signer.ExportPublicKeyPem());
        Console.WriteLine($"Key {signer.PublicKey.KeyId}: keep {path} secret, give {path}.pub to the administrators who trust you.");
        return 0;
    }

    /// <summary>Writes the public half again when an earlier run was cut short before it.</summary>
    static int Complete(string path)
    {
        if (!File.Exists(path + ".pub"))
        {
            using var signer = PackageSigner.FromPem(File.ReadAllText(path));
            KeyFile.WritePublic(path + ".pub", signer.ExportPublicKeyPem());
        }

        return 0;
    }
}
