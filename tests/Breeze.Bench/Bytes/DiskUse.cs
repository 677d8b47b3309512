using Npgsql;

namespace Breeze.Bench.Bytes;

/// <summary>What tables with their partitions take on disk, and how far the write-ahead log has come, in bytes; and how many pages are in the log as a whole.</summary>
sealed record DiskUse(long Heap, long Index, long Toast, long Wal, long FullPages)
{
    public long Total => Heap + Index + Toast + Wal;

    public static async Task<DiskUse> OfAsync(NpgsqlConnection connection, params string[] tables)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT coalesce(sum(pg_table_size(c.oid) - coalesce(pg_total_relation_size(nullif(c.reltoastrelid, 0)), 0)), 0)::bigint, coalesce(sum(pg_indexes_size(c.oid)), 0)::bigint,
                   coalesce(sum(pg_total_relation_size(nullif(c.reltoastrelid, 0))), 0)::bigint, (pg_current_wal_lsn() - '0/0'::pg_lsn)::bigint,
                   (SELECT wal_fpi FROM pg_stat_wal)
            FROM unnest($1) AS t (name) JOIN pg_class c ON c.oid = t.name::regclass OR c.oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = t.name::regclass)
            """, connection)
        {
            Parameters = { new() { Value = tables } },
        };
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return new DiskUse(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4));
    }

    public static DiskUse operator -(DiskUse later, DiskUse earlier) =>
        new(later.Heap - earlier.Heap, later.Index - earlier.Index, later.Toast - earlier.Toast, later.Wal - earlier.Wal, later.FullPages - earlier.FullPages);
}
