using System.Collections.Concurrent;

namespace Breeze.Agent.Plugins;

/// <summary>What plugins that run do wrong. Shown with their status until it stops.</summary>
sealed class PluginFaults
{
    readonly ConcurrentDictionary<(string Plugin, string Part), string> _faults = [];

    public event Action? Changed;

    public void Report(string plugin, string part, string? fault)
    {
        if (fault is null)
        {
            if (_faults.TryRemove((plugin, part), out _))
            {
                Changed?.Invoke();
            }

            return;
        }

        if (!_faults.TryGetValue((plugin, part), out var known) || known != fault)
        {
            _faults[(plugin, part)] = fault;
            Changed?.Invoke();
        }
    }

    public string? Of(string plugin)
    {
        var texts = _faults.Where(fault => fault.Key.Plugin == plugin).Select(fault => $"{fault.Key.Part}: {fault.Value}").ToArray();
        return texts.Length == 0 ? null : string.Join(" ", texts);
    }
}
