namespace Breeze.Web.Pages;

/// <summary>Audit actions as people say them: <c>device.command_queued</c> is "device: command queued".</summary>
public static class AuditWords
{
    public static string Of(string action)
    {
        var dot = action.LastIndexOf('.');
        return dot < 0 ? action.Replace('_', ' ') : $"{action[..dot].Replace('_', ' ').Replace('.', ' ')}: {action[(dot + 1)..].Replace('_', ' ')}";
    }
}
