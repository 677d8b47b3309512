namespace Breeze.Sdk;

/// <summary>A step that automations can use.</summary>
public interface IAutomationStep
{
    /// <summary>The step type, unique on the server: <c>run-script</c>.</summary>
    string Type { get; }

    /// <summary>The JSON Schema of the step's inputs, in UTF-8; the host renders the form from it and validates.</summary>
    ReadOnlyMemory<byte> InputSchema { get; }

    /// <summary>
    /// Carries out the step. The host calls it again after a crash with the same <see cref="AutomationStepRequest.RunId"/> and
    /// <see cref="AutomationStepRequest.StepId"/>, so derive command ids from them to stay idempotent.
    /// </summary>
    ValueTask<AutomationStepResult> ExecuteAsync(AutomationStepRequest request, CancellationToken cancellationToken);
}
