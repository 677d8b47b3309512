using Breeze.Agent.Metrics;

namespace Breeze.Agent.Spool;

/// <summary>Readings taken from the spool, newest first. They stay on disk until the batch is given back as delivered.</summary>
sealed record SpoolBatch(IReadOnlyList<Reading> Readings, IReadOnlyList<Segment> Segments);
