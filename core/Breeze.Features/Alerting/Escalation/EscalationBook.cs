using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting.OnCall;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Features.Alerting.Escalation;

/// <summary>The channels, people and schedules of some steps as they are at a moment. Read by the system: who is told is not a question of who asks.</summary>
sealed class EscalationBook
{
    readonly Dictionary<Guid, (string Name, Guid? OrganizationId)> _channels;
    readonly Dictionary<Guid, EscalationPerson> _people;
    readonly Dictionary<Guid, (string Name, Guid? UserId)> _schedules;

    EscalationBook(Dictionary<Guid, (string, Guid?)> channels, Dictionary<Guid, EscalationPerson> people, Dictionary<Guid, (string, Guid?)> schedules) =>
        (_channels, _people, _schedules) = (channels, people, schedules);

    public static async Task<EscalationBook> ReadAsync(Database database, IReadOnlyCollection<Guid> partners, IReadOnlyCollection<EscalationStep> steps, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var context = AlertingDbContext.Create(database, AccessScope.System);
        var scheduleIds = steps.SelectMany(s => s.Schedules ?? []).Distinct().ToArray();
        var schedules = new Dictionary<Guid, (string, Guid?)>();
        foreach (var schedule in await context.Schedules.AsNoTracking().Where(s => scheduleIds.Contains(s.Id) && partners.Contains(s.PartnerId)).ToListAsync(cancellationToken))
        {
            var rota = await OnCallSchedules.RotaAsync(context, schedule, now, now.AddTicks(1), cancellationToken);
            schedules[schedule.Id] = (schedule.Name, rota.At(now));
        }
        var channelIds = steps.SelectMany(s => s.Channels ?? []).Distinct().ToArray();
        var channels = await context.Channels.AsNoTracking().Where(c => channelIds.Contains(c.Id) && partners.Contains(c.PartnerId) && c.Enabled).ToDictionaryAsync(c => c.Id, c => (c.Name, c.OrganizationId), cancellationToken);
        var people = await PeopleAsync(database, context, partners, [.. steps.SelectMany(s => s.Users ?? []).Concat(schedules.Values.Select(s => s.Item2).OfType<Guid>()).Distinct()], cancellationToken);
        return new(channels, people, schedules);
    }

    public static async Task<Dictionary<Guid, EscalationPerson>> PeopleAsync(
        Database database, AlertingDbContext system, IReadOnlyCollection<Guid> partners, IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken)
    {
        await using var core = database.CreateSystemContext();
        var addresses = (await (from m in system.ContactMethods
                                join c in system.Channels on m.ChannelId equals c.Id
                                where ids.Contains(m.UserId) && partners.Contains(m.PartnerId) && c.Enabled
                                orderby m.CreatedAt, m.Id
                                select new { m.UserId, m.Recipient, m.ChannelId, c.Name, c.OrganizationId }).ToListAsync(cancellationToken))
            .ToLookup(a => a.UserId, a => new PersonalAddress(a.ChannelId, a.Name, a.OrganizationId, a.Recipient));
        var denied = (await core.AccessDenials.Where(d => ids.Contains(d.UserId)).Select(d => new { d.UserId, d.OrganizationId, d.SiteId }).ToListAsync(cancellationToken)).ToLookup(d => d.UserId, d => (d.OrganizationId, d.SiteId));
        var people = new Dictionary<Guid, EscalationPerson>();
        foreach (var user in await core.Users.AsNoTracking().Where(u => ids.Contains(u.Id)).Select(u => new { u.Id, u.DisplayName, u.Status }).ToListAsync(cancellationToken))
        {
            people[user.Id] = new(user.Id, user.DisplayName, user.Status == "active", await Authority.OfPersonAsync(core, user.Id, cancellationToken), [.. denied[user.Id]], [.. addresses[user.Id]]);
        }
        return people;
    }

    /// <summary>Whom a step tells of something at this place.</summary>
    public EscalationCall Call(EscalationStep step, Guid partnerId, Guid? organizationId, Guid? siteId)
    {
        var call = new EscalationCall();
        foreach (var id in step.Channels ?? [])
        {
            if (_channels.TryGetValue(id, out var channel) && (channel.OrganizationId is null || channel.OrganizationId == organizationId))
            {
                call.Add($"the channel {channel.Name}", null, new EscalationTarget(id, null, null));
            }
            else
            {
                call.Miss(_channels.ContainsKey(id) ? "a channel is another organization's" : "a channel is switched off or gone");
            }
        }
        foreach (var id in step.Schedules ?? [])
        {
            if (!_schedules.TryGetValue(id, out var schedule))
            {
                call.Miss("a schedule is gone");
            }
            else if (schedule.UserId is not { } user)
            {
                call.Miss($"nobody is on call in “{schedule.Name}”");
            }
            else
            {
                AddPerson(call, user, $" (on call in “{schedule.Name}”)", partnerId, organizationId, siteId);
            }
        }
        foreach (var id in step.Users ?? [])
        {
            AddPerson(call, id, "", partnerId, organizationId, siteId);
        }
        return call;
    }

    void AddPerson(EscalationCall call, Guid id, string why, Guid partnerId, Guid? organizationId, Guid? siteId)
    {
        if (!_people.TryGetValue(id, out var person))
        {
            call.Miss("somebody is gone");
            return;
        }
        if (!person.Sees(partnerId, organizationId, siteId))
        {
            call.Miss($"{person.Name}{why} may not see the alert");
            return;
        }
        var targets = person.Addresses.Where(a => a.OrganizationId is null || a.OrganizationId == organizationId).Select(a => new EscalationTarget(a.ChannelId, id, a.Recipient)).ToArray();
        call.Add(person.Name + why, id, targets);
        if (targets.Length == 0)
        {
            call.Miss($"{person.Name}{why} has no contact method and was told in Breeze alone");
        }
    }
}
