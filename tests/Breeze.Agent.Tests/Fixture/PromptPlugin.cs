using Breeze.Sdk;

namespace Breeze.Agent.Fixture;

/// <summary>Has a person at the device, who does what the technician's name says.</summary>
public sealed class PromptPlugin : FixturePlugin
{
    public override void Register(IPluginBuilder builder)
    {
        base.Register(builder);
        builder.AddPersonPrompt(new Person());
    }

    sealed class Person : IPersonPrompt
    {
        public string Name => "fixture";

        public async ValueTask<PersonAnswer> AskAsync(PersonVisit visit, IProgress<string> asked, CancellationToken cancellationToken)
        {
            if (visit.Technician == "nobody")
            {
                return new(PersonDecision.Nobody, "The chair is empty.");
            }

            asked.Report("Maria");
            switch (visit.Technician)
            {
                case "fault":
                    throw new InvalidOperationException("The screen is broken.");
                case "wait":
                    await Task.Delay(Timeout.Infinite, cancellationToken);
                    break;
            }

            return new(visit.Technician switch { "allow" => PersonDecision.Allowed, "late" => PersonDecision.TimedOut, "strange" => (PersonDecision)77, _ => PersonDecision.Denied });
        }

        public Task ShowAsync(PersonVisit visit, CancellationToken cancellationToken) =>
            visit.Technician == "unwelcome" ? Task.CompletedTask : Task.Delay(Timeout.Infinite, cancellationToken);
    }
}
