using System.Globalization;

namespace Breeze.Remote.Files.Unix;

/// <summary>Names of users and groups, as the files of the system have them; who is not in them has a number.</summary>
sealed class UnixAccounts
{
    readonly Lazy<Dictionary<uint, string>> _users = new(() => Read("/etc/passwd"));
    readonly Lazy<Dictionary<uint, string>> _groups = new(() => Read("/etc/group"));

    public string UserOf(uint id) => NameOf(_users.Value, id);

    public string GroupOf(uint id) => NameOf(_groups.Value, id);

    public uint? UserNamed(string name) => IdOf(_users.Value, name);

    public uint? GroupNamed(string name) => IdOf(_groups.Value, name);

    static string NameOf(Dictionary<uint, string> names, uint id) => names.GetValueOrDefault(id) ?? id.ToString(CultureInfo.InvariantCulture);

    static uint? IdOf(Dictionary<uint, string> names, string name)
    {
        foreach (var (id, known) in names)
        {
            if (known == name)
                return id;
        }
        // All ones would mean "leave it as it is".
        return uint.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number != uint.MaxValue ? number : null;
    }

    static Dictionary<uint, string> Read(string file)
    {
        var names = new Dictionary<uint, string>();
        try
        {
            foreach (var line in File.ReadLines(file))
            {
                if (line.Split(':') is [{ Length: > 0 } name, _, var number, ..] && uint.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                    names.TryAdd(id, name);
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Numbers do as well.
        }
        return names;
    }
}
