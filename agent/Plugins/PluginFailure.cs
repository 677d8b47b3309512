using Breeze.Agent.Server;
using Breeze.PluginHost;
using Breeze.Protocol;

namespace Breeze.Agent.Plugins;

/// <summary>An assignment that could not be carried out, and when to try again.</summary>
sealed record PluginFailure(PluginAssignment Assignment, PluginError Error, Backoff Backoff, DateTimeOffset RetryAt);
