using System.Security.Cryptography;
using System.Xml.Linq;
using Breeze.Core.Storage;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Breeze.Web.Hosting;

/// <summary>Keeps the keys of Data Protection in the database, encrypted, so that every node reads what any node has encrypted.</summary>
sealed class DatabaseKeyRepository(Database database, MasterKey master) : IXmlRepository
{
    const string Purpose = "data-protection-key";

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var connection = database.System.OpenConnection();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT xml FROM data_protection_keys ORDER BY created_at";
        using var reader = command.ExecuteReader();
        var elements = new List<XElement>();
        while (reader.Read())
        {
            elements.Add(XElement.Parse(master.Decrypt(reader.GetString(0), Purpose)));
        }
        return elements;
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        using var command = database.System.CreateCommand("INSERT INTO data_protection_keys (id, friendly_name, xml) VALUES ($1, $2, $3)");
        command.Parameters.Add(new() { Value = Guid.CreateVersion7() });
        command.Parameters.Add(new() { Value = friendlyName });
        command.Parameters.Add(new() { Value = master.Encrypt(element.ToString(SaveOptions.DisableFormatting), Purpose) });
        command.ExecuteNonQuery();
    }

    /// <summary>Encrypts what an earlier version stored in the clear, and makes sure that this key opens the rest.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.System.OpenConnectionAsync(cancellationToken);
        var keys = new List<(Guid Id, string Xml)>();
        await using (var select = new Npgsql.NpgsqlCommand("SELECT id, xml FROM data_protection_keys", connection))
        await using (var reader = await select.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                keys.Add((reader.GetGuid(0), reader.GetString(1)));
            }
        }
        foreach (var (id, xml) in keys)
        {
            if (MasterKey.IsEncrypted(xml))
            {
                Check(xml);
                continue;
            }
            await using var update = new Npgsql.NpgsqlCommand("UPDATE data_protection_keys SET xml = $2 WHERE id = $1 AND xml = $3", connection)
            {
                Parameters = { new() { Value = id }, new() { Value = master.Encrypt(xml, Purpose) }, new() { Value = xml } },
            };
            await update.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    void Check(string xml)
    {
        try
        {
            master.Decrypt(xml, Purpose);
        }
        catch (Exception e) when (e is CryptographicException or FormatException or ArgumentException)
        {
            throw new StartupException(
                "This database was encrypted with another master key. Set BREEZE_MASTER_KEY to the one of the node that made it (master.key in its data directory), or put that file into this data directory.");
        }
    }
}
