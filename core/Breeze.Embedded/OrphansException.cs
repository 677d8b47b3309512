namespace Breeze.Embedded;

/// <summary>Processes of a server that was killed still hold its memory; they end by themselves within moments.</summary>
sealed class OrphansException() : Exception("Processes of an earlier server still end.");
