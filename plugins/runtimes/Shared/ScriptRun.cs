using System.Text;
using Breeze.Sdk;

namespace Breeze.Runtimes;

/// <summary>Runs the text of a script as a file of an interpreter, in a directory that nobody else can read and that is gone afterwards.</summary>
static class ScriptRun
{
    const UnixFileMode OwnerDirectory = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static async ValueTask<CommandOutcome> ExecuteAsync(
        IProcessRunner processes, Interpreter interpreter, ScriptFile file, ScriptRequest request, ICommandOutput output, CancellationToken cancellationToken)
    {
        string? scratch = null;
        try
        {
            scratch = Directory.CreateTempSubdirectory("breeze-script-").FullName;
            var path = Write(scratch, file);
            var spec = new ProcessSpec(interpreter.Executable, [.. interpreter.Arguments, path], request.Timeout)
            {
                WorkingDirectory = request.WorkingDirectory ?? MakeDirectory(Path.Combine(scratch, "work")),
                Environment = Merge(file.Environment, request.Parameters),
            };
            var outcome = await processes.RunAsync(spec, output, cancellationToken).ConfigureAwait(false);
            return outcome.ToCommandOutcome(request.Timeout);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return CommandOutcome.Failed($"The script could not be written to the temporary directory: {fault.Message} Free some space or mend its rights.");
        }
        finally
        {
            Remove(scratch);
        }
    }

    static string Write(string scratch, ScriptFile file)
    {
        var path = Path.Combine(scratch, file.Name);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerFile;
        using var stream = new FileStream(path, options);
        stream.Write(new UTF8Encoding(encoderShouldEmitUTF8Identifier: false).GetBytes(file.Content));
        return path;
    }

    static string MakeDirectory(string path) =>
        (OperatingSystem.IsWindows() ? Directory.CreateDirectory(path) : Directory.CreateDirectory(path, OwnerDirectory)).FullName;

    static Dictionary<string, string> Merge(IReadOnlyDictionary<string, string> own, IReadOnlyDictionary<string, string> parameters)
    {
        var result = new Dictionary<string, string>(own);
        foreach (var (name, value) in parameters)
            result[name] = value;
        return result;
    }

    static void Remove(string? scratch)
    {
        if (scratch is null)
            return;
        try
        {
            Directory.Delete(scratch, recursive: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // A background child still writes there, or a virus scanner holds the file: the outcome of the script is not worse for it.
            return;
        }
    }
}
