using System.Globalization;
using Breeze.Features.Alerting.Notifying;
using Shouldly;
using System.Text.Json;
using Xunit;

namespace Breeze.Integration.Tests.Alerting;

public sealed class RouteHoursTests
{
    [Theory]
    // Wednesday, 4 March 2026; Berlin is an hour ahead in winter and two in summer.
    [InlineData("""{"time_zone":"Europe/Berlin","days":[3],"from":"08:00","to":"18:00"}""", "2026-03-04T07:00Z", "2026-03-04T17:00Z")]
    [InlineData("""{"time_zone":"Europe/Berlin","days":[3],"from":"08:00","to":"18:00"}""", "2026-03-04T17:00Z", null)]
    [InlineData("""{"time_zone":"Europe/Berlin","days":[3],"from":"08:00","to":"18:00"}""", "2026-03-05T08:00Z", null)]
    [InlineData("""{"time_zone":"Europe/Berlin","days":[3],"from":"22:00","to":"07:00"}""", "2026-03-05T05:59Z", "2026-03-05T06:00Z")]
    [InlineData("""{"time_zone":"Europe/Berlin","days":[3],"from":"22:00","to":"07:00"}""", "2026-03-04T05:00Z", null)]
    [InlineData("""{"time_zone":"UTC","days":[6,7],"from":"00:00","to":"00:00"}""", "2026-03-07T12:00Z", "2026-03-09T00:00Z")]
    // The clocks go forward at 2 on 29 March: there is no half past two.
    [InlineData("""{"time_zone":"Europe/Berlin","days":[],"from":"22:00","to":"02:30"}""", "2026-03-29T00:30Z", "2026-03-29T01:00Z")]
    // They go back at 3 on 25 October: half past two comes twice.
    [InlineData("""{"time_zone":"Europe/Berlin","days":[],"from":"22:00","to":"07:00"}""", "2026-10-25T00:30Z", "2026-10-25T06:00Z")]
    public void Hours_hold_in_their_zone_and_end_there(string json, string at, string? end)
    {
        var hours = RouteHours.Read(JsonElement.Parse(json)).Hours!;
        var moment = DateTimeOffset.Parse(at, CultureInfo.InvariantCulture);
        hours.Contains(moment).ShouldBe(end is not null);
        hours.EndAfter(moment).ShouldBe(end is null ? moment : DateTimeOffset.Parse(end, CultureInfo.InvariantCulture));
        RouteHours.Parse(hours.ToJson())!.ToJson().ShouldBe(hours.ToJson());
    }

    [Theory]
    [InlineData("""{"time_zone":"Mars/Olympus","from":"08:00","to":"18:00"}""")]
    [InlineData("""{"time_zone":"UTC","from":"8","to":"18:00"}""")]
    [InlineData("""{"time_zone":"UTC","from":"08:00"}""")]
    [InlineData("""{"time_zone":"UTC","from":"08:00","to":"18:00","days":[0]}""")]
    [InlineData("""{"time_zone":"UTC","from":"08:00","to":"18:00","days":["monday"]}""")]
    [InlineData("""{"time_zone":"UTC","from":"08:00","to":"18:00","day":[1]}""")]
    [InlineData("[]")]
    public void What_is_no_hours_is_said_in_words(string json) => RouteHours.Read(JsonElement.Parse(json)).Error.ShouldNotBeNullOrEmpty();
}
