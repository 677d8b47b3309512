using System.CommandLine;
using System.IO.Compression;
using System.Text;

namespace Breeze.Pack;

/// <summary><c>breeze-pack inspect</c>: shows what a package says of itself, trusted or not.</summary>
static class InspectCommand
{
    static readonly string[] Shown = ["plugin.json", "catalog.json", "config.schema.json", "MANIFEST.sig"];

    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "The package." };
        var command = new Command("inspect", "Shows what a package says of itself. Checks nothing: see verify.") { file };
        command.SetAction(result => Failure.Guard(() => Run(result.GetRequiredValue(file))));
        return command;
    }

    static int Run(string file)
    {
        try
        {
            using var archive = ZipFile.OpenRead(file);
            foreach (var entry in archive.Entries)
            {
                Console.WriteLine($"{entry.Length,10}  {Printable(entry.FullName)}");
            }

            foreach (var entry in archive.Entries.Where(entry => Shown.Contains(entry.FullName) && entry.Length < 1 << 20))
            {
                using var reader = new StreamReader(entry.Open(), Encoding.UTF8);
                Console.WriteLine($"\n--- {entry.FullName}\n{Printable(reader.ReadToEnd())}");
            }

            return 0;
        }
        catch (InvalidDataException exception)
        {
            return Failure.Say($"{file} is not a package: {exception.Message}");
        }
    }

    /// <summary>An untrusted package must not be able to send control sequences to the terminal.</summary>
    static string Printable(string text) => string.Concat(text.Select(c => char.IsControl(c) && c is not ('\n' or '\t') ? '?' : c));
}
