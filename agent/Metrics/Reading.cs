using Breeze.Protocol;

namespace Breeze.Agent.Metrics;

/// <summary>A sample together with the layout that names its values.</summary>
readonly record struct Reading(MetricSample Sample, MetricLayout Layout);
